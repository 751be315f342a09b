package io.ordersystem.payments;

import static io.ordersystem.payments.TestPayment.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestSandbox;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the provider does by itself, and tells by webhook or not at all. */
@QuarkusTest
class ProviderNewsTest {

  @Test
  void aDisputeTakesTheMoneyFromTheSellersAndGivesItBackWhenWon() {
    var payment = TestPayment.authorised();
    payment.capture(payment.first, 1000);
    payment.awaitColumn("captured_amount", 1000L);
    String dispute = TestSandbox.dispute(payment.reference(), 1000);
    TestWebhooks.deliver(payment.reference());
    payment.awaitColumn("disputed_amount", 1000L);
    assertThat(balance(payment.firstSeller)).isEqualTo(-100);
    TestSandbox.closeDispute(dispute, "won");
    TestWebhooks.deliver(payment.reference());
    payment.awaitColumn("disputed_amount", 0L);
    // A tenth of what was sold is the marketplace's.
    assertThat(balance(payment.firstSeller)).isEqualTo(900);
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(told(payment))
                .contains(
                    EventType.PAYMENT_DISPUTED.ceType(), EventType.PAYMENT_DISPUTE_WON.ceType()));
  }

  @Test
  void aRefundThatBouncesIsTakenMoneyAgain() {
    var payment = new TestPayment();
    payment.authorise("pm_card_refundFail");
    payment.awaitStatus("AUTHORIZED");
    payment.capture(payment.first, 1000);
    payment.awaitColumn("captured_amount", 1000L);
    payment.refund(payment.first, 400);
    payment.awaitColumn("refunded_amount", 400L);
    assertThat(balance(payment.firstSeller)).isEqualTo(540);
    await().atMost(SOON).until(() -> TestSandbox.events().contains("refund.failed"));
    TestWebhooks.deliver(payment.reference());
    payment.awaitColumn("refunded_amount", 0L);
    payment.awaitStatus("PARTIALLY_CAPTURED");
    assertThat(balance(payment.firstSeller)).isEqualTo(900);
    assertThat(payment.intent().getLong("refunded")).isZero();
  }

  @Test
  void aDisputeIsHeardOfAlsoWhenItsWebhookNeverArrives() {
    var payment = TestPayment.authorised();
    payment.capture(payment.first, 1000);
    payment.awaitColumn("captured_amount", 1000L);
    TestSandbox.dispute(payment.reference(), 600);
    await()
        .atMost(SOON)
        .until(() -> TestPayment.database().number("SELECT count(*) FROM provider_lists") == 1);
    long read = readUntil();
    await()
        .atMost(SOON)
        .until(() -> {
          TestPayment.database().execute("UPDATE provider_lists SET due_at = now()");
          return payment.row().get("disputed_amount").equals(600L);
        });
    assertThat(readUntil()).isGreaterThan(read);
    assertThat(
            TestPayment.database()
                .number(
                    "SELECT count(*) FROM provider_events WHERE provider_reference = ? AND type = 'charge.dispute.created'",
                    payment.reference()))
        .isEqualTo(1);
    // What comes late after all is known.
    TestWebhooks.deliver(payment.reference());
    assertThat(payment.row()).containsEntry("disputed_amount", 600L);
  }

  private static long readUntil() {
    return TestPayment.database()
        .number("SELECT extract(epoch FROM read_until)::bigint FROM provider_lists");
  }

  @Test
  void whatIsKnownAlreadyIsNotAskedFor() {
    var payment = TestPayment.authorised();
    await().atMost(SOON).until(() -> TestSandbox.events().contains(payment.reference()));
    Map<String, Object> before = payment.row();
    TestWebhooks.deliver(payment.reference());
    assertThat(
            TestPayment.database()
                .number(
                    "SELECT count(*) FROM provider_events WHERE provider_reference = ?",
                    payment.reference()))
        .isPositive();
    assertThat(payment.row()).isEqualTo(before);
  }

  @Test
  void aHoldThatTheBankDroppedIsVoided() {
    var payment = TestPayment.authorised();
    TestSandbox.expire(payment.reference());
    TestWebhooks.deliver(payment.reference());
    payment.awaitStatus("VOIDED");
  }

  @Test
  void anOldHoldIsAskedForAlsoWhenNobodyToldThatItWasDropped() {
    var payment = TestPayment.authorised();
    TestSandbox.expire(payment.reference());
    TestPayment.database()
        .execute(
            "UPDATE payments SET authorized_at = now() - interval '8 days' WHERE id = ?",
            payment.id);
    payment.awaitStatus("VOIDED");
  }

  @Test
  void aDeclinedPaymentCannotBePaidAnyMore() {
    var payment = new TestPayment();
    payment.authorise("pm_card_chargeDeclined");
    payment.awaitStatus("DECLINED");
    payment.awaitColumn("closed", true);
    assertThat(payment.intent().getString("status")).isEqualTo("canceled");
    assertThat(payment.row()).containsEntry("status", "DECLINED");
  }

  @Test
  void anOutcomeThatWasLostIsFoundByOurReference() {
    TestSandbox.faults("{\"timeoutAfterEffectNext\": 1, \"holdMs\": 30000}");
    var payment = new TestPayment();
    payment.authorise("pm_card_visa");
    payment.awaitStatus("UNKNOWN");
    payment.awaitStatus("AUTHORIZED");
    assertThat(TestSandbox.ledger().split(payment.id.toString(), -1)).hasSize(2);
  }

  @Test
  void aWebhookTellsOfAPaymentWhoseAnswerWasLost() {
    TestSandbox.faults("{\"timeoutAfterEffectNext\": 1, \"holdMs\": 30000}");
    var payment = new TestPayment();
    payment.authorise("pm_card_visa");
    payment.awaitStatus("UNKNOWN");
    TestPayment.database()
        .execute(
            "UPDATE payments SET next_attempt_at = now() + interval '1 hour' WHERE id = ? AND status = 'UNKNOWN'",
            payment.id);
    TestWebhooks.deliver(payment.id.toString());
    payment.awaitStatus("AUTHORIZED");
  }

  private static long balance(String seller) {
    return -TestPayment.database()
        .number(
            "SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE account = ?",
            "seller:" + seller);
  }

  private static List<String> told(TestPayment payment) {
    try (var reader = TestKafka.read(Topic.PAYMENT_EVENTS)) {
      return reader.await(SOON, 5, r -> payment.order.toString().equals(r.key())).stream()
          .map(r -> r.type())
          .toList();
    }
  }
}
