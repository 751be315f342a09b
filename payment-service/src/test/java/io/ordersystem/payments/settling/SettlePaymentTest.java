package io.ordersystem.payments.settling;

import static io.ordersystem.payments.TestPayment.SOON;
import static io.ordersystem.payments.TestPayment.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.testing.ReceivedRecord;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestSandbox;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.payments.TestPayment;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Operators capture ahead, cancel and refund; customers confirm. */
@QuarkusTest
class SettlePaymentTest {

  @Test
  void ofTwoRefundsOfSixtyOfAHundredAtOnceOneIsRefused() throws Exception {
    var payment = TestPayment.authorised();
    payment.capture(payment.first, 100);
    payment.awaitColumn("captured_amount", 100L);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Response>>();
      for (int i = 0; i < 2; i++) {
        answers.add(threads.submit(() -> refund(payment, 60)));
      }
      var statuses = new ArrayList<Integer>();
      for (var answer : answers) {
        statuses.add(answer.get().statusCode());
        if (answer.get().statusCode() == 409) {
          answer.get().then().body("code", equalTo("amount-exceeds-captured"));
        }
      }
      assertThat(statuses).containsExactlyInAnyOrder(201, 409);
    }
    payment.awaitColumn("refunded_amount", 60L);
    assertThat(payment.intent().getLong("refunded")).isEqualTo(60);
    refund(payment, 41).then().statusCode(409);
    refund(payment, 40).then().statusCode(201);
    payment.awaitColumn("refunded_amount", 100L);
  }

  @Test
  void twoParcelsAtOnceCaptureExactlyTheTotal() {
    var payment = TestPayment.authorised();
    payment.capture(payment.first, 600);
    payment.capture(payment.first, 400);
    payment.capture(payment.first, 1);
    payment.awaitColumn("captured_amount", 1000L);
    await()
        .atMost(SOON)
        .until(() ->
            TestPayment.database()
                    .number(
                        "SELECT count(*) FROM payment_operations WHERE payment_id = ? AND failure_code = 'exceeds_authorized'",
                        payment.id)
                == 1);
    assertThat(payment.intent().getLong("captured")).isEqualTo(1000);
  }

  @Test
  void whatIsCapturedAheadIsUsedByTheParcelsAndTheRestIsGivenBack() {
    var payment = TestPayment.authorised();
    capture(payment, "{\"amount\": 1200}").then().statusCode(202);
    payment.awaitColumn("advanced_amount", 1200L);
    assertThat(payment.intent().getLong("captured")).isEqualTo(1200);
    assertThat(payment.row()).containsEntry("captured_amount", 0L);
    capture(payment, "{\"amount\": 1301}")
        .then()
        .statusCode(409)
        .body("code", equalTo("amount-exceeds-authorized"));
    // The parcel costs 1000, and all of it was taken before: the provider is not asked.
    payment.capture(payment.first, 1000);
    payment.awaitColumn("captured_amount", 1000L);
    assertThat(payment.intent().getLong("captured")).isEqualTo(1200);
    // Of the other order nothing will be shipped: the 200 go back, and the rest is let go of.
    payment.release(payment.second, 1500);
    payment.awaitColumn("returned_amount", 200L);
    payment.awaitStatus("CAPTURED");
    await().atMost(SOON).until(() -> "succeeded".equals(payment.intent().getString("status")));
    assertThat(payment.intent().getLong("refunded")).isEqualTo(200);
    assertThat(payment.intent().getLong("capturable")).isZero();
  }

  @Test
  void aCardThatIsCapturedOnlyOnceIsCapturedWholeWithTheFirstParcel() {
    var payment = new TestPayment();
    payment.authorise("pm_card_singleCapture");
    payment.awaitStatus("AUTHORIZED");
    payment.capture(payment.first, 400);
    payment.awaitColumn("captured_amount", 400L);
    assertThat(payment.intent().getLong("captured")).isEqualTo(2500);
    payment.capture(payment.first, 600);
    payment.awaitColumn("captured_amount", 1000L);
    payment.release(payment.second, 1500);
    payment.awaitColumn("returned_amount", 1500L);
    payment.awaitStatus("CAPTURED");
    assertThat(payment.intent().getLong("refunded")).isEqualTo(1500);
  }

  @Test
  void whatWasTakenAtConfirmationIsGivenBackWhenTheOrderIsGivenUp() {
    var payment = atConfirmation("pm_card_visa");
    assertThat(payment.intent().getLong("captured")).isEqualTo(2500);
    payment.giveUp();
    payment.awaitStatus("VOIDED");
    assertThat(payment.intent().getLong("refunded")).isEqualTo(2500);
    as(TestTokens.operator())
        .get("/api/payments/" + payment.id)
        .then()
        .body("capture", equalTo("at-confirmation"))
        .body("returnedAmount", equalTo(2500))
        .body("advancedAmount", equalTo(0));
  }

  @Test
  void whatWasTakenAtConfirmationServesParcelsAndCancellationsBecomeRefunds() {
    var payment = atConfirmation("pm_card_visa");
    payment.capture(payment.first, 400);
    payment.awaitColumn("captured_amount", 400L);
    payment.release(payment.first, 600);
    payment.awaitColumn("returned_amount", 600L);
    payment.capture(payment.second, 1500);
    payment.awaitStatus("CAPTURED");
    payment.refund(payment.second, 500);
    payment.awaitStatus("PARTIALLY_REFUNDED");
    assertThat(payment.intent().getLong("captured")).isEqualTo(2500);
    assertThat(payment.intent().getLong("refunded")).isEqualTo(1100);
  }

  @Test
  void whatCannotBeGivenBackIsToldAndNotTriedForEver() {
    var payment = atConfirmation("pm_card_pendingRefundFail");
    payment.giveUp();
    await()
        .atMost(SOON)
        .until(() ->
            TestPayment.database()
                    .number(
                        "SELECT count(*) FROM payment_operations WHERE payment_id = ? AND kind = 'RETURN' AND status = 'FAILED'",
                        payment.id)
                == 1);
    try (var reader = TestKafka.read(Topic.PAYMENT_EVENTS)) {
      assertThat(reader.await(SOON, 4, r -> payment.order.toString().equals(r.key())))
          .extracting(ReceivedRecord::type)
          .contains(EventType.PAYMENT_RETURN_FAILED.ceType());
    }
    assertThat(payment.row()).containsEntry("status", "AUTHORIZED").containsEntry("task", null);
  }

  /** The mode is of the service; one payment gets the other while the provider is not well. */
  private static TestPayment atConfirmation(String card) {
    var payment = new TestPayment();
    TestSandbox.faults("{\"failNext\": 1}");
    payment.authorise(card);
    payment.awaitStatus("UNKNOWN");
    TestPayment.database()
        .execute("UPDATE payments SET mode = 'AT_CONFIRMATION' WHERE id = ?", payment.id);
    payment.awaitColumn("advanced_amount", 2500L);
    return payment;
  }

  @Test
  void anOperatorCancelsWhatIsHeldAndNothingElse() {
    var payment = TestPayment.authorised();
    cancel(payment, "{\"reason\": \"fraud\"}").then().statusCode(202);
    payment.awaitStatus("VOIDED");
    assertThat(payment.intent().getString("status")).isEqualTo("canceled");
    cancel(payment, "{\"reason\": \"fraud\"}")
        .then()
        .statusCode(409)
        .body("code", equalTo("illegal-transition"));
    cancel(payment, "{}").then().statusCode(422).body("code", equalTo("validation-failed"));
    capture(payment, "{}").then().statusCode(409).body("code", equalTo("payment-not-authorised"));
    refund(payment, 1).then().statusCode(409);
  }

  @Test
  void anActionThatTheCustomerHasTakenIsAskedForWithoutAWebhook() {
    var payment = new TestPayment();
    payment.authorise("pm_card_authenticationRequired");
    payment.awaitStatus("REQUIRES_ACTION");
    String confirmation = "/api/payments/" + payment.id + "/confirmation";
    as(TestTokens.customer("c2")).post(confirmation).then().statusCode(404);
    as(TestTokens.seller(payment.firstSeller)).post(confirmation).then().statusCode(403);
    TestSandbox.authenticate(payment.reference());
    as(TestTokens.customer("c1"))
        .post(confirmation)
        .then()
        .statusCode(202)
        .body("id", equalTo(payment.id.toString()));
    payment.awaitStatus("AUTHORIZED");
  }

  @Test
  void aRepeatIsOneRefundAndAVersionIsAsked() {
    var payment = TestPayment.authorised();
    payment.capture(payment.first, 1000);
    payment.awaitStatus("PARTIALLY_CAPTURED");
    String key = UUID.randomUUID().toString();
    for (int i = 0; i < 3; i++) {
      as(TestTokens.operator())
          .header("Idempotency-Key", key)
          .body(refundOf(payment, 300))
          .post(refunds(payment))
          .then()
          .statusCode(201)
          .body("refunds", hasSize(1))
          .body("refundingAmount", equalTo(300));
    }
    payment.awaitColumn("refunded_amount", 300L);
    as(TestTokens.operator())
        .header("If-Match", "\"1\"")
        .body(refundOf(payment, 300))
        .post(refunds(payment))
        .then()
        .statusCode(412);
  }

  @Test
  void onlyOperatorsMoveMoneyByHand() {
    var payment = TestPayment.authorised();
    for (String step : List.of("capture", "cancellation", "refunds")) {
      String path = "/api/payments/" + payment.id + "/" + step;
      as(TestTokens.customer("c1")).body("{}").post(path).then().statusCode(403);
      as(TestTokens.seller(payment.firstSeller)).body("{}").post(path).then().statusCode(403);
      as(TestTokens.operator())
          .body("{\"amount\": 1, \"reason\": \"x\"}")
          .post("/api/payments/%s/%s".formatted(UUID.randomUUID(), step))
          .then()
          .statusCode(404);
    }
    as(TestTokens.operator())
        .body("{\"amount\": 1, \"reason\": \"x\"}")
        .post(refunds(payment))
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/orderId"));
  }

  private static Response capture(TestPayment payment, String body) {
    return as(TestTokens.operator()).body(body).post("/api/payments/" + payment.id + "/capture");
  }

  private static Response cancel(TestPayment payment, String body) {
    return as(TestTokens.operator())
        .body(body)
        .post("/api/payments/" + payment.id + "/cancellation");
  }

  private static Response refund(TestPayment payment, long amount) {
    return as(TestTokens.operator()).body(refundOf(payment, amount)).post(refunds(payment));
  }

  private static String refunds(TestPayment payment) {
    return "/api/payments/" + payment.id + "/refunds";
  }

  private static String refundOf(TestPayment payment, long amount) {
    return "{\"orderId\": \"%s\", \"amount\": %d, \"reason\": \"goodwill\"}"
        .formatted(payment.first, amount);
  }
}
