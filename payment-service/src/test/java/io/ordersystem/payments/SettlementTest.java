package io.ordersystem.payments;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.payment.AuthorizePayment;
import io.ordersystem.contracts.payment.CapturePayment;
import io.ordersystem.contracts.payment.RefundPayment;
import io.ordersystem.contracts.payment.ReleasePayment;
import io.ordersystem.devstack.testing.ReceivedRecord;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestSandbox;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two child orders of 1000 and 1500: captured, released and refunded in parts. */
@QuarkusTest
class SettlementTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private UUID order;
  private UUID first;
  private UUID second;

  @BeforeEach
  void authorise() {
    authorise("pm_card_visa");
  }

  private void authorise(String card) {
    order = TestEvents.newId();
    first = TestEvents.newId();
    second = TestEvents.newId();
    publish(
        EventType.AUTHORIZE_PAYMENT,
        new AuthorizePayment(
            new UUID(order.getMostSignificantBits(), order.getLeastSignificantBits() ^ 1),
            order,
            "c1",
            2500,
            "EUR",
            card,
            List.of(
                new AuthorizePayment.Share(first, "s1", 1000),
                new AuthorizePayment.Share(second, "s2", 1500))));
    awaitStatus("AUTHORIZED");
  }

  @Test
  void parcelsCaptureTheirShareAndTheLastOneLetsGoOfTheRest() {
    capture(first, 400);
    awaitStatus("PARTIALLY_CAPTURED");
    assertThat(intent().getString("status")).isEqualTo("requires_capture");
    capture(first, 600);
    release(second, 1500);
    awaitStatus("CAPTURED");
    await().atMost(SOON).until(() -> "succeeded".equals(intent().getString("status")));
    assertThat(intent().getLong("captured")).isEqualTo(1000);
    assertThat(intent().getLong("capturable")).isZero();
    as(TestTokens.seller("s1"))
        .get("/api/payments?orderId=" + order)
        .then()
        .body("items[0].capturedAmount", equalTo(1000))
        // Of the other seller's share nothing is told.
        .body("items[0].releasedAmount", equalTo(0))
        .body("items[0].amount", equalTo(1000))
        .body("items[0].shares.capturedAmount", equalTo(List.of(1000)));
  }

  @Test
  void aReleaseBeforeTheLastCaptureIsLetGoOfWithIt() {
    release(second, 1500);
    capture(first, 1000);
    awaitStatus("CAPTURED");
    await().atMost(SOON).until(() -> "succeeded".equals(intent().getString("status")));
    assertThat(intent().getLong("captured")).isEqualTo(1000);
  }

  @Test
  void whenAllIsReleasedNothingIsHeldAnyMore() {
    release(first, 1000);
    release(second, 1500);
    awaitStatus("VOIDED");
    assertThat(intent().getString("status")).isEqualTo("canceled");
  }

  @Test
  void givesBackWhatWasTakenAndNoMore() {
    capture(first, 1000);
    awaitStatus("PARTIALLY_CAPTURED");
    UUID refund = refund(first, 300);
    ReceivedRecord told = awaitEvent(EventType.PAYMENT_REFUNDED);
    assertThat(operation(told))
        .isEqualTo(
            new JsonObject()
                .put("operationId", refund.toString())
                .put("kind", "REFUND")
                .put("orderId", first.toString())
                .put("amount", 300)
                .put("status", "SUCCEEDED"));
    refund(first, 701);
    refund(second, 1);
    var failures = awaitEvents(EventType.PAYMENT_REFUND_FAILED, 2);
    assertThat(failures)
        .allMatch(event -> operation(event).getString("failureCode").equals("exceeds_captured"));
    assertThat(intent().getLong("captured")).isEqualTo(1000);
    as(TestTokens.customer("c1"))
        .get("/api/payments?orderId=" + order)
        .then()
        .body("items[0].status", equalTo("PARTIALLY_REFUNDED"))
        .body("items[0].refundedAmount", equalTo(300))
        .body("items[0].refunds", hasSize(3))
        .body("items[0].refunds.status", equalTo(List.of("SUCCEEDED", "FAILED", "FAILED")));
  }

  @Test
  void aRefundThatFailedIsOverAlsoWhenItIsSentAgain() {
    capture(first, 300);
    awaitStatus("PARTIALLY_CAPTURED");
    UUID refund = refund(first, 400);
    awaitEvent(EventType.PAYMENT_REFUND_FAILED);
    capture(first, 700);
    await().atMost(SOON).until(() -> row().get("captured_amount").equals(1000L));
    publish(EventType.REFUND_PAYMENT, new RefundPayment(refund, order, first, 400, "again"));
    capture(second, 1500);
    await().atMost(SOON).until(() -> row().get("captured_amount").equals(2500L));
    assertThat(row().get("refunded_amount")).isEqualTo(0L);
  }

  @Test
  void aRefundThatIsPendingIsAskedForByItsNameAndHoldsNothingUp() {
    authorise("pm_card_pendingRefund");
    capture(first, 1000);
    awaitStatus("PARTIALLY_CAPTURED");
    UUID refund = refund(first, 300);
    await()
        .atMost(SOON)
        .until(() ->
            database()
                    .number(
                        """
                        SELECT count(*) FROM payment_operations
                        WHERE id = ? AND status = 'PENDING' AND provider_reference LIKE 're_%'
                        """,
                        refund)
                == 1);
    capture(second, 1500);
    awaitEvent(EventType.PAYMENT_REFUNDED);
    assertThat(
            database()
                .rows(
                    "SELECT o.kind, o.status FROM payment_operations o JOIN payments p ON p.id = o.payment_id WHERE p.order_id = ? ORDER BY o.updated_at",
                    order))
        .extracting(row -> row.get("kind") + " " + row.get("status"))
        .containsExactly("CAPTURE SUCCEEDED", "CAPTURE SUCCEEDED", "REFUND SUCCEEDED");
    assertThat(intent().getLong("refunded")).isEqualTo(300);
  }

  @Test
  void twoRefundsAtOnceNeverGiveBackMoreThanWasTaken() {
    capture(first, 1000);
    awaitStatus("PARTIALLY_CAPTURED");
    refund(first, 600);
    refund(first, 600);
    awaitEvent(EventType.PAYMENT_REFUNDED);
    awaitEvent(EventType.PAYMENT_REFUND_FAILED);
    assertThat(row().get("refunded_amount")).isEqualTo(600L);
  }

  @Test
  void eachOperationHappensOnceHoweverOftenItIsSent() {
    UUID shipment = TestEvents.newId();
    for (int i = 0; i < 10; i++) {
      publish(EventType.CAPTURE_PAYMENT, new CapturePayment(shipment, order, first, 400));
    }
    capture(second, 1500);
    await().atMost(SOON).until(() -> row().get("captured_amount").equals(1900L));
    assertThat(intent().getLong("captured")).isEqualTo(1900);
    assertThat(row().get("version")).isEqualTo(4L);
  }

  @Test
  void refusesToCaptureMoreThanTheShareOfTheChild() {
    capture(first, 1001);
    assertThat(operation(awaitEvent(EventType.PAYMENT_CAPTURE_FAILED)).getString("failureCode"))
        .isEqualTo("exceeds_authorized");
    assertThat(row().get("captured_amount")).isEqualTo(0L);
    awaitStatus("AUTHORIZED");
  }

  @Test
  void aTimeOutAfterTheCaptureIsNoSecondCapture() {
    TestSandbox.faults("{\"timeoutAfterEffectNext\": 1, \"holdMs\": 30000}");
    capture(first, 400);
    await().atMost(SOON.multipliedBy(2)).until(() -> row().get("captured_amount").equals(400L));
    assertThat(intent().getLong("captured")).isEqualTo(400);
  }

  @Test
  void whatTheProviderRefusesFailsAndCanBeAskedForAgain() {
    // The bank lets go of the authorisation behind our back.
    TestSandbox.cancel(reference());
    UUID shipment = TestEvents.newId();
    publish(EventType.CAPTURE_PAYMENT, new CapturePayment(shipment, order, first, 400));
    var failed = operation(awaitEvent(EventType.PAYMENT_CAPTURE_FAILED));
    assertThat(failed.getString("failureCode"))
        .isIn("payment_intent_unexpected_state", "not_authorized");
    publish(EventType.CAPTURE_PAYMENT, new CapturePayment(shipment, order, first, 400));
    awaitEvents(EventType.PAYMENT_CAPTURE_FAILED, 2);
    assertThat(database().number("SELECT round FROM payment_operations WHERE id = ?", shipment))
        .isEqualTo(2);
  }

  private void capture(UUID child, long amount) {
    publish(
        EventType.CAPTURE_PAYMENT, new CapturePayment(TestEvents.newId(), order, child, amount));
  }

  private void release(UUID child, long amount) {
    publish(
        EventType.RELEASE_PAYMENT,
        new ReleasePayment(TestEvents.newId(), order, child, amount, "CUSTOMER"));
  }

  private UUID refund(UUID child, long amount) {
    UUID id = TestEvents.newId();
    publish(EventType.REFUND_PAYMENT, new RefundPayment(id, order, child, amount, "broken"));
    return id;
  }

  private void publish(EventType type, Record data) {
    TestEvents.publish(type, order.toString(), order.toString(), 0, data);
  }

  private ReceivedRecord awaitEvent(EventType type) {
    return awaitEvents(type, 1).getFirst();
  }

  private List<ReceivedRecord> awaitEvents(EventType type, int count) {
    try (var reader = TestKafka.read(Topic.PAYMENT_EVENTS)) {
      return reader.await(
          SOON, count, r -> order.toString().equals(r.key()) && r.type().equals(type.ceType()));
    }
  }

  private static JsonObject operation(ReceivedRecord event) {
    return new JsonObject(event.json()).getJsonObject("operation");
  }

  private void awaitStatus(String status) {
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(
                    database()
                        .rows("SELECT status FROM payments WHERE order_id = ?", order)
                        .stream()
                        .map(row -> row.get("status")))
                .contains(status));
  }

  private Map<String, Object> row() {
    return database().rows("SELECT * FROM payments WHERE order_id = ?", order).getFirst();
  }

  private String reference() {
    return String.valueOf(row().get("provider_reference"));
  }

  private JsonObject intent() {
    String reference = reference();
    String ledger = TestSandbox.ledger();
    JsonArray intents =
        ledger.startsWith("[")
            ? new JsonArray(ledger)
            : new JsonObject(ledger).getJsonArray("intents");
    return intents.stream()
        .map(JsonObject.class::cast)
        .filter(intent -> intent.getString("id").equals(reference))
        .findFirst()
        .orElseThrow();
  }

  private static io.restassured.specification.RequestSpecification as(String token) {
    return given().auth().oauth2(token).contentType("application/json");
  }

  private static TestDatabase database() {
    return TestDatabase.ofService("payment");
  }
}
