package io.ordersystem.notifications.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.notifications.message.Audience;
import io.ordersystem.notifications.message.Message;
import io.ordersystem.notifications.message.OrderContent;
import io.ordersystem.notifications.message.Template;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Two senders of one message, after the first one's lease has run out. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // CDI fills the fields before each test
class OutgoingTest {
  @Inject Outgoing outgoing;
  @Inject Transactions transactions;
  @Inject Vertx vertx;

  private final UUID id = TestEvents.newId();
  private final UUID other = TestEvents.newId();

  @Test
  void onlyOneOfThemRecordsTheOutcome() {
    queued(id);
    queued(other);
    var first = claimed(id, 1);
    var second = claimed(id, 2);
    Set<UUID> sent = in(tx -> outgoing.sent(tx, List.of(second), now()));
    assertThat(sent).containsExactly(id);
    Set<UUID> late = in(tx -> outgoing.sent(tx, List.of(first, claimed(other, 2)), now()));
    assertThat(late).as("of several only what is as it was claimed").containsExactly(other);
    boolean gaveUp = in(tx -> outgoing.gaveUp(tx, first, "late", now()));
    assertThat(gaveUp).isFalse();
    assertThat(
            TestDatabase.ofService("notification")
                .number("SELECT version FROM messages WHERE id = ?", id))
        .isEqualTo(2);
  }

  private static void queued(UUID id) {
    TestDatabase.ofService("notification")
        .execute(
            """
            INSERT INTO messages (id, order_id, event_id, customer_id, template, channel, content, recipient, status,
              attempts, next_attempt_at, version, created_at, updated_at)
            VALUES (?, ?, ?, 'c1', 'order-confirmed', 'EMAIL', '{}', 'ada@example.org', 'QUEUED', 2, now() + interval '1 day', 1,
              now(), now())
            """,
            id,
            id,
            id);
  }

  private static OffsetDateTime now() {
    return OffsetDateTime.now(ZoneOffset.UTC);
  }

  private <T> T in(Function<Tx, Uni<T>> work) {
    return OwnContext.of(vertx, () -> transactions.inTransaction(work))
        .await()
        .atMost(Duration.ofSeconds(10));
  }

  @Test
  void repeatsNoAddressThatAServerRefuses() {
    assertThat(
            SendMessages.withoutAddresses(
                "550 5.1.1 <ada.l@example.org>: user unknown; ada@example.org, \"x@y.de\""))
        .doesNotContain("@")
        .contains("550 5.1.1", "user unknown");
  }

  @Test
  void namesNobodyWhereItIsLogged() {
    assertThat(claimed(id, 1).toString()).contains(id.toString()).doesNotContain("@", "Ada");
  }

  private static Message claimed(UUID id, int attempt) {
    return new Message(
        new Message.About(id, id, null, Template.ORDER_CONFIRMED, "EMAIL"),
        Audience.CUSTOMER,
        new OrderContent("n", "EUR", 0, 0, 0, 0, 0, 1, null, List.of(), 0, null, null),
        "ada@example.org",
        "Ada",
        "en",
        0,
        attempt,
        0,
        1);
  }
}
