package io.ordersystem.payments;

import static io.ordersystem.payments.TestPayment.SOON;
import static io.ordersystem.payments.TestPayment.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.payment.CapturePayment;
import io.ordersystem.contracts.payment.RefundPayment;
import io.ordersystem.devstack.testing.ReceivedRecord;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestSandbox;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two child orders of 1000 and 1500: captured, released and refunded in parts. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // made before each test
class SettlementTest {
  private TestPayment payment;

  @BeforeEach
  void authorise() {
    payment = TestPayment.authorised();
  }

  @Test
  void parcelsCaptureTheirShareAndTheLastOneLetsGoOfTheRest() {
    payment.capture(payment.first, 400);
    payment.awaitStatus("PARTIALLY_CAPTURED");
    assertThat(payment.intent().getString("status")).isEqualTo("requires_capture");
    payment.capture(payment.first, 600);
    payment.release(payment.second, 1500);
    payment.awaitStatus("CAPTURED");
    await().atMost(SOON).until(() -> "succeeded".equals(payment.intent().getString("status")));
    assertThat(payment.intent().getLong("captured")).isEqualTo(1000);
    assertThat(payment.intent().getLong("capturable")).isZero();
    as(TestTokens.seller(payment.firstSeller))
        .get("/api/payments?orderId=" + payment.order)
        .then()
        .body("items[0].capturedAmount", equalTo(1000))
        // Of the other seller's share nothing is told.
        .body("items[0].releasedAmount", equalTo(0))
        .body("items[0].amount", equalTo(1000))
        .body("items[0].shares.capturedAmount", equalTo(List.of(1000)));
  }

  @Test
  void aReleaseBeforeTheLastCaptureIsLetGoOfWithIt() {
    payment.release(payment.second, 1500);
    payment.capture(payment.first, 1000);
    payment.awaitStatus("CAPTURED");
    await().atMost(SOON).until(() -> "succeeded".equals(payment.intent().getString("status")));
    assertThat(payment.intent().getLong("captured")).isEqualTo(1000);
  }

  @Test
  void whenAllIsReleasedNothingIsHeldAnyMore() {
    payment.release(payment.first, 1000);
    payment.release(payment.second, 1500);
    payment.awaitStatus("VOIDED");
    assertThat(payment.intent().getString("status")).isEqualTo("canceled");
  }

  @Test
  void givesBackWhatWasTakenAndNoMore() {
    payment.capture(payment.first, 1000);
    payment.awaitStatus("PARTIALLY_CAPTURED");
    UUID refund = payment.refund(payment.first, 300);
    ReceivedRecord told = awaitEvent(EventType.PAYMENT_REFUNDED);
    assertThat(operation(told))
        .isEqualTo(
            new JsonObject()
                .put("operationId", refund.toString())
                .put("kind", "REFUND")
                .put("orderId", payment.first.toString())
                .put("amount", 300)
                .put("status", "SUCCEEDED"));
    payment.refund(payment.first, 701);
    payment.refund(payment.second, 1);
    var failures = awaitEvents(EventType.PAYMENT_REFUND_FAILED, 2);
    assertThat(failures)
        .allMatch(event -> operation(event).getString("failureCode").equals("exceeds_captured"));
    assertThat(payment.intent().getLong("captured")).isEqualTo(1000);
    as(TestTokens.customer("c1"))
        .get("/api/payments?orderId=" + payment.order)
        .then()
        .body("items[0].status", equalTo("PARTIALLY_REFUNDED"))
        .body("items[0].refundedAmount", equalTo(300))
        .body("items[0].refunds", hasSize(3))
        .body("items[0].refunds.status", equalTo(List.of("SUCCEEDED", "FAILED", "FAILED")));
  }

  @Test
  void aRefundThatFailedIsOverAlsoWhenItIsSentAgain() {
    payment.capture(payment.first, 300);
    payment.awaitStatus("PARTIALLY_CAPTURED");
    UUID refund = payment.refund(payment.first, 400);
    awaitEvent(EventType.PAYMENT_REFUND_FAILED);
    payment.capture(payment.first, 700);
    await().atMost(SOON).until(() -> payment.row().get("captured_amount").equals(1000L));
    payment.publish(
        EventType.REFUND_PAYMENT,
        new RefundPayment(refund, payment.order, payment.first, 400, "again"));
    payment.capture(payment.second, 1500);
    await().atMost(SOON).until(() -> payment.row().get("captured_amount").equals(2500L));
    assertThat(payment.row().get("refunded_amount")).isEqualTo(0L);
  }

  @Test
  void aRefundThatIsPendingIsAskedForByItsNameAndHoldsNothingUp() {
    payment = new TestPayment();
    payment.authorise("pm_card_pendingRefund");
    payment.awaitStatus("AUTHORIZED");
    payment.capture(payment.first, 1000);
    payment.awaitStatus("PARTIALLY_CAPTURED");
    UUID refund = payment.refund(payment.first, 300);
    await()
        .atMost(SOON)
        .until(() ->
            TestPayment.database()
                    .number(
                        """
                        SELECT count(*) FROM payment_operations
                        WHERE id = ? AND status = 'PENDING' AND provider_reference LIKE 're_%'
                        """,
                        refund)
                == 1);
    payment.capture(payment.second, 1500);
    awaitEvent(EventType.PAYMENT_REFUNDED);
    assertThat(
            TestPayment.database()
                .rows(
                    "SELECT o.kind, o.status FROM payment_operations o JOIN payments p ON p.id = o.payment_id WHERE p.order_id = ? ORDER BY o.updated_at",
                    payment.order))
        .extracting(row -> row.get("kind") + " " + row.get("status"))
        .containsExactly("CAPTURE SUCCEEDED", "CAPTURE SUCCEEDED", "REFUND SUCCEEDED");
    assertThat(payment.intent().getLong("refunded")).isEqualTo(300);
  }

  @Test
  void twoRefundsAtOnceNeverGiveBackMoreThanWasTaken() {
    payment.capture(payment.first, 1000);
    payment.awaitStatus("PARTIALLY_CAPTURED");
    payment.refund(payment.first, 600);
    payment.refund(payment.first, 600);
    awaitEvent(EventType.PAYMENT_REFUNDED);
    awaitEvent(EventType.PAYMENT_REFUND_FAILED);
    assertThat(payment.row().get("refunded_amount")).isEqualTo(600L);
  }

  @Test
  void eachOperationHappensOnceHoweverOftenItIsSent() {
    UUID shipment = TestEvents.newId();
    for (int i = 0; i < 10; i++) {
      payment.publish(
          EventType.CAPTURE_PAYMENT,
          new CapturePayment(shipment, payment.order, payment.first, 400));
    }
    payment.capture(payment.second, 1500);
    await().atMost(SOON).until(() -> payment.row().get("captured_amount").equals(1900L));
    assertThat(payment.intent().getLong("captured")).isEqualTo(1900);
    assertThat(payment.row().get("version")).isEqualTo(4L);
  }

  @Test
  void refusesToCaptureMoreThanTheShareOfTheChild() {
    payment.capture(payment.first, 1001);
    assertThat(operation(awaitEvent(EventType.PAYMENT_CAPTURE_FAILED)).getString("failureCode"))
        .isEqualTo("exceeds_authorized");
    assertThat(payment.row().get("captured_amount")).isEqualTo(0L);
    payment.awaitStatus("AUTHORIZED");
  }

  @Test
  void aTimeOutAfterTheCaptureIsNoSecondCapture() {
    TestSandbox.faults("{\"timeoutAfterEffectNext\": 1, \"holdMs\": 30000}");
    payment.capture(payment.first, 400);
    await()
        .atMost(SOON.multipliedBy(2))
        .until(() -> payment.row().get("captured_amount").equals(400L));
    assertThat(payment.intent().getLong("captured")).isEqualTo(400);
  }

  @Test
  void whatTheProviderRefusesFailsAndCanBeAskedForAgain() {
    // The bank lets go of the authorisation behind our back.
    TestSandbox.cancel(payment.reference());
    UUID shipment = TestEvents.newId();
    payment.publish(
        EventType.CAPTURE_PAYMENT, new CapturePayment(shipment, payment.order, payment.first, 400));
    var failed = operation(awaitEvent(EventType.PAYMENT_CAPTURE_FAILED));
    assertThat(failed.getString("failureCode"))
        .isIn("payment_intent_unexpected_state", "not_authorized");
    payment.publish(
        EventType.CAPTURE_PAYMENT, new CapturePayment(shipment, payment.order, payment.first, 400));
    awaitEvents(EventType.PAYMENT_CAPTURE_FAILED, 2);
    assertThat(
            TestPayment.database()
                .number("SELECT round FROM payment_operations WHERE id = ?", shipment))
        .isEqualTo(2);
  }

  private ReceivedRecord awaitEvent(EventType type) {
    return awaitEvents(type, 1).getFirst();
  }

  private List<ReceivedRecord> awaitEvents(EventType type, int count) {
    try (var reader = TestKafka.read(Topic.PAYMENT_EVENTS)) {
      return reader.await(
          SOON,
          count,
          r -> payment.order.toString().equals(r.key()) && r.type().equals(type.ceType()));
    }
  }

  private static JsonObject operation(ReceivedRecord event) {
    return new JsonObject(event.json()).getJsonObject("operation");
  }
}
