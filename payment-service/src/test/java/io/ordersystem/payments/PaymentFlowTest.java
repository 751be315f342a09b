package io.ordersystem.payments;

import static io.ordersystem.payments.TestPayment.SOON;
import static io.ordersystem.payments.TestPayment.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestOutage;
import io.ordersystem.devstack.testing.TestSandbox;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PaymentFlowTest {
  private final TestPayment payment = new TestPayment();

  @Inject MeterRegistry metrics;

  @Test
  void authorisesAndTellsEachVersionOnce() {
    payment.authorise("pm_card_visa");
    payment.awaitStatus("AUTHORIZED");
    try (var reader = TestKafka.read(Topic.PAYMENT_EVENTS)) {
      assertThat(reader.await(SOON, 2, r -> payment.order.toString().equals(r.key())))
          .extracting(r -> r.type() + " " + r.headers().get("ce_aggregateversion"))
          .containsExactly(
              "io.ordersystem.payment.requested.v1 1", "io.ordersystem.payment.authorized.v1 2");
    }
    as(TestTokens.customer("c1"))
        .get("/api/payments?orderId=" + payment.order)
        .then()
        .statusCode(200)
        .body("items[0].authorizedAmount", equalTo(2500))
        .body("items[0].shares", hasSize(2))
        .body(
            "items[0].events.type",
            equalTo(List.of("AUTHORIZATION_REQUESTED", "AUTHORIZATION_SUCCEEDED")));
  }

  @Test
  void tellsWhyItWasDeclined() {
    payment.authorise("pm_card_chargeDeclinedInsufficientFunds");
    payment.awaitStatus("DECLINED");
    assertThat(payment.row().get("decline_code")).isEqualTo("insufficient_funds");
  }

  @Test
  void showsWhatTheCustomerHasToDo() {
    payment.authorise("pm_card_authenticationRequired");
    payment.awaitStatus("REQUIRES_ACTION");
    as(TestTokens.customer("c1"))
        .get("/api/payments?orderId=" + payment.order)
        .then()
        .body("items[0].nextAction.type", equalTo("redirect_to_url"));
    end();
  }

  /** However long the customer takes. */
  @Test
  void isDecidedForTheMetricWhenTheCustomerIsAsked() {
    payment.authorise("pm_card_authenticationRequired");
    payment.awaitStatus("REQUIRES_ACTION");
    long asked = decided("action_required");
    long authorised = decided("authorized");
    assertThat(asked).isPositive();
    TestSandbox.authenticate(payment.reference());
    TestWebhooks.deliver(payment.reference());
    payment.awaitStatus("AUTHORIZED");
    assertThat(decided("authorized")).isEqualTo(authorised);
    TestPayment.authorised();
    assertThat(decided("authorized")).isEqualTo(authorised + 1);
  }

  private long decided(String outcome) {
    return metrics.find("payments.processing").tag("outcome", outcome).timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  @Test
  void letsGoOfAnAuthorisedPayment() {
    payment.authorise("pm_card_visa");
    payment.awaitStatus("AUTHORIZED");
    payment.giveUp();
    payment.awaitStatus("VOIDED");
    assertThat(payment.intent().getString("status")).isEqualTo("canceled");
  }

  @Test
  void neverChargesAnOrderThatWasGivenUpBefore() {
    payment.giveUp();
    await()
        .atMost(SOON)
        .until(() ->
            !TestPayment.database()
                .rows("SELECT 1 AS x FROM voided_orders WHERE order_id = ?", payment.order)
                .isEmpty());
    payment.authorise("pm_card_visa");
    payment.awaitStatus("VOIDED");
    assertThat(TestSandbox.ledger()).doesNotContain(payment.order.toString());
  }

  @Test
  void twentyCommandsAreOnePayment() {
    for (int i = 0; i < 20; i++) {
      payment.authorise("pm_card_visa");
    }
    payment.awaitStatus("AUTHORIZED");
    assertThat(TestSandbox.ledger().split(payment.order.toString(), -1)).hasSize(2);
    assertThat(payment.row().get("version")).isEqualTo(2L);
  }

  @Test
  void aTimeOutAfterTheEffectIsUnknownAndThenTheOnePayment() {
    TestSandbox.faults("{\"timeoutAfterEffectNext\": 1, \"holdMs\": 30000}");
    payment.authorise("pm_card_visa");
    payment.awaitStatus("UNKNOWN");
    payment.awaitStatus("AUTHORIZED");
    assertThat(TestSandbox.ledger().split(payment.order.toString(), -1)).hasSize(2);
  }

  @Test
  void aPaymentThatTheProviderIsStillProcessingIsAskedForByItsName() {
    payment.authorise("pm_card_processing");
    payment.awaitStatus("UNKNOWN");
    assertThat(String.valueOf(payment.row().get("provider_reference"))).startsWith("pi_");
    assertThat(payment.row().get("task")).isEqualTo("REFRESH");
    assertThat(TestSandbox.ledger().split(payment.order.toString(), -1)).hasSize(2);
  }

  @Test
  void anIntentThatTheProviderDoesNotFindIsUnknownNotDeclined() {
    UUID id = payment.id;
    TestPayment.database()
        .execute(
            """
            INSERT INTO payments (id, order_id, customer_id, currency, amount, status, payment_method, provider_reference, task,
              next_attempt_at, version, created_at, updated_at)
            VALUES (?, ?, 'c1', 'EUR', 2500, 'UNKNOWN', 'pm_card_visa', ?, 'REFRESH', now(), 2, now(), now())
            """,
            id,
            payment.order,
            "pi_gone_" + id);
    TestPayment.database()
        .execute(
            """
            INSERT INTO payment_events (payment_id, version, kind, result, subject, amount, created_at)
            SELECT id, 2, 'AUTHORIZATION', 'UNKNOWN', id, 2500, now() FROM payments WHERE id = ?
            """,
            id);
    await()
        .atMost(SOON)
        .until(() ->
            (Integer) payment.row().get("attempts") >= 1
                && payment.row().get("leased_until") == null);
    assertThat(payment.row()).containsEntry("status", "UNKNOWN").containsEntry("task", "REFRESH");
  }

  /** The one that stores it asks the provider: nobody has to find it first. */
  @Test
  void isStoredAsClaimed() {
    TestSandbox.faults("{\"latencyMs\": 1500}");
    try {
      payment.authorise("pm_card_visa");
      var seenFirst =
          await()
              .atMost(SOON)
              .pollInterval(Duration.ofMillis(1))
              .until(
                  () ->
                      TestPayment.database()
                          .rows("SELECT * FROM payments WHERE order_id = ?", payment.order),
                  rows -> !rows.isEmpty());
      assertThat(seenFirst)
          .singleElement()
          .satisfies(row ->
              assertThat(row)
                  .containsEntry("attempts", 1)
                  .doesNotContainEntry("leased_until", null));
    } finally {
      TestSandbox.faults("{\"latencyMs\": 0}");
    }
    payment.awaitStatus("AUTHORIZED");
    assertThat(payment.row()).containsEntry("leased_until", null);
  }

  @Test
  void doesNotAskTwiceAtOnceWhenTheOrderIsGivenUpDuringTheCall() {
    TestSandbox.faults("{\"latencyMs\": 1500}");
    try {
      payment.authorise("pm_card_visa");
      await().atMost(SOON).until(() -> !leases().isEmpty());
      var lease = leases();
      payment.giveUp();
      await().atMost(SOON).until(() -> payment.row().get("void_reason") != null);
      assertThat(leases())
          .as("the lease of the call under way stays")
          .isIn(List.of(lease, List.of()));
    } finally {
      TestSandbox.faults("{\"latencyMs\": 0}");
    }
    payment.awaitStatus("VOIDED");
    assertThat(payment.intent().getString("status")).isEqualTo("canceled");
  }

  private List<?> leases() {
    return TestPayment.database()
        .rows(
            "SELECT leased_until FROM payments WHERE order_id = ? AND leased_until IS NOT NULL",
            payment.order);
  }

  @Test
  void hidesFromSellersWhatOnlyTheCustomerMayDo() {
    payment.authorise("pm_card_authenticationRequired");
    payment.awaitStatus("REQUIRES_ACTION");
    as(TestTokens.seller(payment.firstSeller))
        .get("/api/payments?orderId=" + payment.order)
        .then()
        .statusCode(200)
        .body("items[0].nextAction", nullValue());
    end();
  }

  /** One that is left open is looked after, and takes faults that are meant for others. */
  private void end() {
    payment.giveUp();
    payment.awaitStatus("VOIDED");
  }

  @Test
  void goesOnWhenTheProviderIsBack() {
    try (var outage = TestOutage.stopSandbox()) {
      payment.authorise("pm_card_visa");
      payment.awaitStatus("UNKNOWN");
    }
    payment.awaitStatus("AUTHORIZED");
  }

  @Test
  void showsPaymentsToThoseWhoseMoneyItIs() {
    payment.authorise("pm_card_visa");
    payment.awaitStatus("AUTHORIZED");
    String path = "/api/payments/" + payment.row().get("id");
    as(TestTokens.customer("c2")).get(path).then().statusCode(404);
    as(TestTokens.seller(payment.firstSeller))
        .get(path)
        .then()
        .statusCode(200)
        .body("shares", hasSize(1));
    as(TestTokens.seller("s9")).get(path).then().statusCode(404);
    as(TestTokens.operator())
        .get(path)
        .then()
        .statusCode(200)
        .body("shares", hasSize(2))
        .header("ETag", "\"2\"");
    as("nonsense").get(path).then().statusCode(401).body("code", equalTo("unauthenticated"));
    as(TestTokens.operator()).get("/api/payments/no-id").then().statusCode(404);
    as(TestTokens.operator()).get("/api/payments").then().statusCode(422);
  }
}
