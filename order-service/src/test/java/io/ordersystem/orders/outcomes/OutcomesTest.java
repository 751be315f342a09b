package io.ordersystem.orders.outcomes;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.as;
import static io.ordersystem.orders.Shop.awaitStatus;
import static io.ordersystem.orders.Shop.awaitStep;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.payment;
import static io.ordersystem.orders.Shop.placed;
import static io.ordersystem.orders.Shop.stockRejected;
import static io.ordersystem.orders.Shop.stockReserved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.inventory.ReservationChanged;
import io.ordersystem.contracts.payment.PaymentChanged.NextAction;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.orders.Shop;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class OutcomesTest {
  private final TestDatabase database = Shop.database();
  private final String variant = newVariant();

  @Test
  void isConfirmedWhenStockAndMoneyAreThere() {
    UUID order = order();
    stockReserved(order);
    awaitStep(order, "AUTHORIZING");
    payment(EventType.PAYMENT_AUTHORIZED, order, 2, "AUTHORIZED", null);
    awaitStatus("c1", order, "CONFIRMED");
    as(TestTokens.customer("c1"))
        .get("/api/orders/" + order)
        .then()
        .header("ETag", "\"2\"")
        .body("paymentStatus", equalTo("AUTHORIZED"))
        .body("items[0].status", equalTo("CONFIRMED"))
        .body("payment.status", equalTo("AUTHORIZED"));
    as(TestTokens.customer("c1"))
        .get("/api/orders/" + order + "/events?after=0")
        .then()
        .body("items.version", equalTo(List.of(1, 2)))
        .body("items.type", equalTo(List.of("placed", "confirmed")));
  }

  /** It is read out of the cache before, and an order that is not here has none to show. */
  @Test
  void showsAPaymentThatIsAskedForAndMovesNothing() {
    UUID order = order();
    stockReserved(order);
    awaitStep(order, "AUTHORIZING");
    String saga = "SELECT version FROM order_sagas WHERE order_id = ?";
    long before = database.number(saga, order);
    assertThat(paymentStatus(order)).isEqualTo("NONE");
    UUID stranger = TestEvents.newId();
    payment(EventType.PAYMENT_REQUESTED, stranger, 1, "REQUESTED", null);
    payment(EventType.PAYMENT_REQUESTED, order, 1, "REQUESTED", null);
    await().atMost(SOON).until(() -> "REQUESTED".equals(paymentStatus(order)));
    assertThat(database.number(saga, order)).isEqualTo(before);
    payment(EventType.PAYMENT_AUTHORIZED, order, 3, "AUTHORIZED", null);
    awaitStatus("c1", order, "CONFIRMED");
    UUID late = payment(EventType.PAYMENT_UNKNOWN, order, 2, "UNKNOWN", null);
    await()
        .atMost(SOON)
        .until(() -> database.number("SELECT count(*) FROM inbox WHERE event_id = ?", late) == 1);
    assertThat(paymentStatus(order)).as("an older word").isEqualTo("AUTHORIZED");
    assertThat(
            database.number(
                "SELECT count(*) FROM parked_keys WHERE key IN (?, ?)",
                stranger.toString(),
                order.toString()))
        .isZero();
    assertThat(database.number("SELECT count(*) FROM order_payments WHERE order_id = ?", stranger))
        .isZero();
  }

  private static @Nullable String paymentStatus(UUID order) {
    return as(TestTokens.customer("c1")).get("/api/orders/" + order).path("payment.status");
  }

  @Test
  void isCancelledWhenThereIsNoStock() {
    UUID order = order();
    stockRejected(order);
    awaitStatus("c1", order, "CANCELLED");
    assertThat(cancelReason(order)).isEqualTo("OUT_OF_STOCK");
    assertThat(commands(order)).containsExactly("io.ordersystem.reservation.reserve.v1");
  }

  @Test
  void givesTheStockBackWhenThePaymentIsDeclined() {
    UUID order = order();
    stockReserved(order);
    awaitStep(order, "AUTHORIZING");
    payment(EventType.PAYMENT_DECLINED, order, 2, "DECLINED", null);
    awaitStatus("c1", order, "CANCELLED");
    assertThat(cancelReason(order)).isEqualTo("PAYMENT_DECLINED");
    assertThat(commands(order))
        .containsExactly(
            "io.ordersystem.reservation.reserve.v1",
            "io.ordersystem.payment.authorize.v1",
            "io.ordersystem.reservation.release.v1");
  }

  @Test
  void showsTheCustomerWhatToDoAndTellsWhoeverWaits() throws Exception {
    UUID order = order();
    stockReserved(order);
    awaitStep(order, "AUTHORIZING");
    payment(
        EventType.PAYMENT_ACTION_REQUIRED,
        order,
        2,
        "REQUIRES_ACTION",
        new NextAction("redirect_to_url", "https://bank.example/3ds", null));
    as(TestTokens.customer("c1"))
        .header("Prefer", "wait=10")
        .get("/api/orders/" + order)
        .then()
        .statusCode(200)
        .header("Preference-Applied", "wait=10")
        .body("status", equalTo("PENDING"))
        .body("paymentStatus", equalTo("REQUIRES_ACTION"))
        .body("payment.nextAction.url", equalTo("https://bank.example/3ds"));
  }

  @Test
  void duplicatesOfAnEventChangeNothing() {
    UUID order = order();
    UUID id = TestEvents.newId();
    for (int i = 0; i < 20; i++) {
      TestEvents.publish(
          id,
          EventType.STOCK_REJECTED,
          order.toString(),
          order.toString(),
          1,
          new ReservationChanged(order.toString(), "REJECTED", List.of(), List.of(), null, null));
    }
    awaitStatus("c1", order, "CANCELLED");
    UUID other = order();
    stockRejected(other);
    awaitStatus("c1", other, "CANCELLED");
    assertThat(database.rows("SELECT version FROM order_timeline WHERE order_id = ?", order))
        .hasSize(2);
  }

  @Test
  void givesBackStockThatArrivesForACancelledOrder() {
    UUID order = order();
    stockRejected(order);
    awaitStatus("c1", order, "CANCELLED");
    stockReserved(order);
    await()
        .atMost(SOON)
        .until(() -> commands(order).contains("io.ordersystem.reservation.release.v1"));
    awaitStatus("c1", order, "CANCELLED");
  }

  @Test
  void tellsACancelledStatementFromAMessageThatCannotBeProcessed() throws SQLException {
    UUID order = order();
    var server = TestDatabase.superuserIn("orders");
    try (Connection other = database.connect();
        PreparedStatement lock =
            other.prepareStatement("SELECT 1 FROM orders WHERE id = ? FOR UPDATE")) {
      other.setAutoCommit(false);
      lock.setObject(1, order);
      lock.execute();
      stockRejected(order);
      await()
          .atMost(SOON)
          .until(() ->
              !server
                  .rows(
                      """
                      SELECT pg_cancel_backend(pid) FROM pg_stat_activity
                      WHERE wait_event_type = 'Lock' AND usename = 'orders'
                      """)
                  .isEmpty());
      other.rollback();
    }
    awaitStatus("c1", order, "CANCELLED");
    assertThat(
            database.number("SELECT count(*) FROM parked_messages WHERE key = ?", order.toString()))
        .isZero();
  }

  /** PostgreSQL stores no NUL; the second key has one. */
  @ParameterizedTest
  @ValueSource(strings = {"broken", "broken\0"})
  void parksWhatItCannotReadAndEverythingElseFlows(String key) {
    UUID order = order();
    TestKafka.publish(
        Topic.RESERVATION_EVENTS,
        key,
        Map.of(
            "ce_specversion",
            "1.0",
            "ce_id",
            UUID.randomUUID().toString(),
            "ce_type",
            EventType.STOCK_RESERVED.ceType(),
            "ce_subject",
            key,
            "ce_time",
            "2026-11-22T10:00:00Z"),
        "not json");
    stockRejected(order);
    awaitStatus("c1", order, "CANCELLED");
    await()
        .atMost(SOON)
        .until(() ->
            database.number(
                    "SELECT count(*) FROM parked_messages WHERE key LIKE ?",
                    key.replace("\0", "\uFFFD#%"))
                == 1);
  }

  private UUID order() {
    offer(variant, "s1", 1000, 100);
    return placed("c1", variant, 1);
  }

  private String cancelReason(UUID order) {
    return String.valueOf(
        database
            .rows("SELECT cancel_reason FROM orders WHERE id = ?", order)
            .getFirst()
            .get("cancel_reason"));
  }

  private List<String> commands(UUID order) {
    return database
        .rows(
            "SELECT type FROM outbox WHERE key = ? AND topic LIKE '%commands%' ORDER BY position",
            order.toString())
        .stream()
        .map(row -> String.valueOf(row.get("type")))
        .toList();
  }

  @Test
  void reservationsThatNoOrderMadeArePassedOver() {
    String cart = "cart-" + UUID.randomUUID();
    UUID id = TestEvents.newId();
    TestEvents.publish(
        id,
        EventType.STOCK_RESERVED,
        cart,
        cart,
        1,
        new ReservationChanged(
            cart, "ACTIVE", List.of(), List.of(), null, Instant.parse("2026-11-26T12:00:00Z")));
    await()
        .atMost(SOON)
        .until(() -> database.number("SELECT count(*) FROM inbox WHERE event_id = ?", id) == 1);
    assertThat(database.number("SELECT count(*) FROM parked_messages WHERE key = ?", cart))
        .isZero();
  }
}
