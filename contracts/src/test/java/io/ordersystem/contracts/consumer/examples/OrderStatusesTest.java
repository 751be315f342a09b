package io.ordersystem.contracts.consumer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.contracts.consumer.ConsumedEvent;
import io.ordersystem.contracts.consumer.EventSequencer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrderStatusesTest {
  private static final Path ROOT = Path.of(System.getProperty("order-system.root", ".."));

  @Test
  void theDocumentationQuotesWhatCompiles() throws IOException {
    String code =
        Files.readString(
                ROOT.resolve(
                    "contracts/src/test/java/io/ordersystem/contracts/consumer/examples/"
                        + "OrderStatuses.java"))
            .split("// quoted in docs/events.md\n", 2)[1];
    assertThat(Files.readString(ROOT.resolve("docs/events.md")))
        .contains("```java\n" + code + "```");
  }

  @Test
  void keepsTheNewestStatus() {
    var example = new OrderStatuses();
    var sequencer = EventSequencer.deliveringTo(example::handle).build();
    sequencer.offer(event(1, "PENDING"));
    sequencer.offer(event(2, "CONFIRMED"));
    sequencer.offer(event(1, "PENDING"));
    assertThat(example.statuses).containsOnly(Map.entry("o1", "CONFIRMED"));
  }

  private static ConsumedEvent event(long version, String status) {
    return new ConsumedEvent(
        "/order-service",
        "o1",
        version,
        null,
        "io.ordersystem.order.updated.v1",
        Instant.EPOCH,
        "{\"status\":\"" + status + "\"}");
  }
}
