package io.ordersystem.platform.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.payment.VoidPayment;
import io.ordersystem.platform.events.EventFormats;
import io.ordersystem.platform.inbox.Chunks.Chunk;
import io.ordersystem.platform.inbox.Chunks.Readable;
import io.ordersystem.platform.inbox.Chunks.Unreadable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ChunksTest {
  private final List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();

  @Test
  void putsNoKeyTwiceIntoOneTransaction() {
    arrive("a");
    arrive("b");
    arrive("a");
    arrive("c");
    assertThat(keys(cut(10))).containsExactly(List.of("a", "b"), List.of("a", "c"));
  }

  @Test
  void keepsTheLimit() {
    List.of("a", "b", "c", "d", "e").forEach(this::arrive);
    assertThat(keys(cut(2))).containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e"));
  }

  @Test
  void leavesOutWhatIsNotForUs() {
    arrive("a");
    records.add(record("b", "io.ordersystem.future.thing.v1", "{}"));
    records.add(new ConsumerRecord<>("t", 0, 99, "c", null));
    assertThat(keys(cut(10))).containsExactly(List.of("a"));
  }

  @Test
  void setsAnUnreadableMessageApartAndKeepsTheOrderAroundIt() {
    arrive("a");
    records.add(record("b", EventType.VOID_PAYMENT.ceType(), "not json"));
    arrive("c");
    List<Chunk> chunks = cut(10);
    assertThat(chunks).hasSize(3);
    assertThat(chunks.get(1)).isInstanceOf(Unreadable.class);
    assertThat(keys(List.of(chunks.get(0), chunks.get(2))))
        .containsExactly(List.of("a"), List.of("c"));
  }

  @Test
  void readsAMessageWithMoreFieldsThanWeKnow() {
    records.add(
        record(
            "a",
            EventType.VOID_PAYMENT.ceType(),
            "{\"orderId\":\"%s\",\"reason\":\"X\",\"later\":1}".formatted(UUID.randomUUID())));
    var chunk = (Readable) cut(10).getFirst();
    assertThat(chunk.messages().getFirst().message().as(VoidPayment.class).reason()).isEqualTo("X");
  }

  private List<Chunk> cut(int limit) {
    return Chunks.of(records, EventFormats.real(), limit);
  }

  private void arrive(String key) {
    records.add(
        record(
            key,
            EventType.VOID_PAYMENT.ceType(),
            "{\"orderId\":\"%s\",\"reason\":\"X\"}".formatted(UUID.randomUUID())));
  }

  private ConsumerRecord<String, byte[]> record(String key, String type, String value) {
    var record =
        new ConsumerRecord<>("t", 0, records.size(), key, value.getBytes(StandardCharsets.UTF_8));
    header(record, "ce_id", UUID.randomUUID().toString());
    header(record, "ce_type", type);
    header(record, "ce_time", "2026-11-22T10:00:00Z");
    return record;
  }

  private static void header(ConsumerRecord<String, byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static List<List<String>> keys(List<Chunk> chunks) {
    return chunks.stream()
        .map(chunk -> ((Readable) chunk).messages().stream().map(m -> m.message().key()).toList())
        .toList();
  }
}
