package io.ordersystem.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.testing.ReceivedRecord;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.notifications.message.Message;
import io.ordersystem.notifications.message.Template;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.outbox.Outbox;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Transactions;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The only service whose relay keeps a pace. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // CDI fills the fields before each test
class OutboxPaceTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @Inject Outbox outbox;
  @Inject Transactions transactions;
  @Inject Vertx vertx;

  @ConfigProperty(name = "outbox.pace")
  Duration pace;

  @Test
  void whatComesSoonAfterAnotherWaitsForThePaceAndIsNotLost() {
    try (var reader = TestKafka.readFromNow(Topic.MESSAGE_EVENTS)) {
      String first = append();
      long sent = reader.await(SOON, event -> first.equals(event.key())).timestamp();
      List<String> soon = List.of(append(), append());
      List<Long> later =
          reader.await(SOON, 2, event -> event.key() != null && soon.contains(event.key())).stream()
              .map(ReceivedRecord::timestamp)
              .toList();
      assertThat(later)
          .allSatisfy(time ->
              // The clock of records counts milliseconds, and may be set meanwhile.
              assertThat(time - sent).isGreaterThanOrEqualTo(pace.toMillis() - 20));
    }
  }

  /** An event in a transaction of its own; its key. */
  private String append() {
    UUID id = TestEvents.newId();
    var about = new Message.About(id, id, null, Template.ORDER_CONFIRMED, "EMAIL");
    OwnContext.of(
            vertx,
            () ->
                transactions.inTransaction(
                    tx -> outbox.append(tx, about.event(EventType.MESSAGE_SENT, 2, Cause.NONE))))
        .await()
        .atMost(SOON);
    return id.toString();
  }
}
