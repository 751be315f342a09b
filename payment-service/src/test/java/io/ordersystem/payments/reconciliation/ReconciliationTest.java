package io.ordersystem.payments.reconciliation;

import static io.ordersystem.payments.TestPayment.SOON;
import static io.ordersystem.payments.TestPayment.as;
import static io.ordersystem.payments.TestPayment.database;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.ordersystem.devstack.testing.TestSandbox;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.payments.TestPayment;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** One break of each type is planted, found and named; what is mended is resolved. */
@QuarkusTest
class ReconciliationTest {

  @Test
  void whatFitsIsNoBreak() {
    var payment = settled();
    assertThat(breaks(run(), payment)).isEmpty();
  }

  @Test
  void namesAChargeThatWeDoNotKnow() {
    String foreign = charge("amount=700&currency=eur", "pi_of_nobody");
    assertThat(breaksOf(run(), foreign))
        .singleElement()
        .satisfies(found -> assertThat(found).containsEntry("type", "missing-here"));
  }

  @Test
  void namesAPaymentThatTheProviderDoesNotKnowAndResolvesItWhenItDoes() {
    var payment = settled();
    String reference = payment.reference();
    rename(payment, "pi_gone_" + payment.id);
    var found = breaks(run(), payment);
    assertThat(found).extracting(b -> b.get("type")).contains("missing-there");
    rename(payment, reference);
    run();
    assertThat(open(payment)).isZero();
    assertThat(
            database()
                .rows(
                    "SELECT resolution FROM reconciliation_breaks WHERE payment_id = ? AND type = 'missing-there'",
                    payment.id))
        .extracting(row -> row.get("resolution"))
        .containsExactly("gone");
  }

  @Test
  void namesAnotherAmount() {
    var payment = settled();
    // Given back from the provider's dashboard.
    TestSandbox.refund(payment.reference(), 10);
    age(payment);
    assertThat(breaks(run(), payment)).extracting(b -> b.get("type")).containsExactly("amount");
  }

  @Test
  void namesAnotherCurrency() {
    var payment = settled();
    set(payment, "currency = 'USD'");
    assertThat(breaks(run(), payment)).extracting(b -> b.get("type")).containsExactly("currency");
  }

  @Test
  void namesAnotherStatus() {
    var payment = TestPayment.authorised();
    TestSandbox.cancel(payment.reference());
    age(payment);
    assertThat(breaks(run(), payment))
        .extracting(b -> b.get("type"))
        .containsExactlyInAnyOrder("status", "amount");
  }

  @Test
  void namesASecondChargeOfTheSamePayment() {
    var payment = settled();
    String twice =
        charge("amount=2500&currency=eur&metadata[payment_id]=" + payment.id, "charged twice");
    assertThat(breaksOf(run(), twice))
        .singleElement()
        .satisfies(found -> {
          assertThat(found).containsEntry("type", "duplicate");
          assertThat(found).containsEntry("paymentId", payment.id.toString());
        });
  }

  @Test
  void namesALedgerThatSaysSomethingElse() {
    var payment = settled();
    database()
        .execute(
            """
            WITH t AS (INSERT INTO ledger_transactions (id, type, payment_id, reference, booked_at)
                       VALUES (gen_random_uuid(), 'TEST', ?, 'x', now()) RETURNING id)
            INSERT INTO ledger_entries (transaction_id, line, account, currency, amount)
            SELECT id, 1, 'provider:stripe', 'EUR', 1 FROM t UNION ALL SELECT id, 2, 'fees', 'EUR', -1 FROM t
            """,
            payment.id);
    assertThat(breaks(run(), payment))
        .singleElement()
        .satisfies(found -> {
          assertThat(found).containsEntry("type", "amount");
          assertThat(String.valueOf(found.get("providerReference"))).startsWith("ledger:");
        });
  }

  @Test
  void anOperatorRecordsWhatBecameOfABreakAndItIsFoundAnewIfItIsStillThere() {
    var payment = settled();
    set(payment, "currency = 'USD'");
    JsonObject run = run();
    String found = String.valueOf(breaks(run, payment).getFirst().get("id"));
    String path =
        "/api/payments/reconciliations/%s/breaks/%s/resolution"
            .formatted(run.getString("id"), found);
    as(TestTokens.operator()).body("{}").post(path).then().statusCode(422);
    as(TestTokens.operator())
        .body("{\"resolution\": \"a clerk's mistake\"}")
        .post(path)
        .then()
        .statusCode(200)
        .body("resolution", equalTo("a clerk's mistake"));
    as(TestTokens.operator()).body("{\"resolution\": \"again\"}").post(path).then().statusCode(404);
    assertThat(breaks(run(), payment))
        .singleElement()
        .satisfies(again -> assertThat(again.get("id")).isNotEqualTo(found));
  }

  @Test
  void aRunThatCannotReachTheProviderIsTriedAgain() {
    TestSandbox.faults("{\"failNext\": 2}");
    assertThat(run().getString("status")).isEqualTo("SUCCEEDED");
  }

  @Test
  void refusesSpansThatMakeNoSense() {
    as(TestTokens.operator())
        .body("{\"from\": \"2026-01-02T00:00:00Z\", \"until\": \"2026-01-01T00:00:00Z\"}")
        .post("/api/payments/reconciliations")
        .then()
        .statusCode(422);
    as(TestTokens.customer("c1"))
        .body("{}")
        .post("/api/payments/reconciliations")
        .then()
        .statusCode(403);
    as(TestTokens.operator())
        .get("/api/payments/reconciliations/" + UUID.randomUUID())
        .then()
        .statusCode(404);
  }

  /** One that is captured, and has not moved for a while. */
  private static TestPayment settled() {
    var payment = TestPayment.authorised();
    payment.capture(payment.first, 1000);
    payment.awaitColumn("captured_amount", 1000L);
    age(payment);
    return payment;
  }

  private static void age(TestPayment payment) {
    await().atMost(SOON).until(() -> payment.row().get("task") == null);
    set(payment, "updated_at = now() - interval '1 hour'");
  }

  private static void rename(TestPayment payment, String reference) {
    set(payment, "provider_reference = '" + reference + "'");
  }

  private static void set(TestPayment payment, String assignment) {
    database().execute("UPDATE payments SET " + assignment + " WHERE id = ?", payment.id);
  }

  private static String charge(String terms, String description) {
    return TestSandbox.charge(
        terms
            + "&payment_method=pm_card_visa&capture_method=manual&confirm=true&description="
            + description.replace(' ', '+'));
  }

  /** Over the last hour, to its end. */
  private static JsonObject run() {
    String path =
        as(TestTokens.operator())
            .body("{\"from\": \"%s\"}".formatted(Instant.now().minus(Duration.ofHours(1))))
            .post("/api/payments/reconciliations")
            .then()
            .statusCode(202)
            .extract()
            .header("Location");
    await()
        .atMost(SOON.multipliedBy(2))
        .until(
            () -> !"RUNNING".equals(as(TestTokens.operator()).get(path).path("status").toString()));
    return new JsonObject(as(TestTokens.operator()).get(path).asString());
  }

  private static List<Map<String, Object>> breaks(JsonObject run, TestPayment payment) {
    return found(run, "paymentId", payment.id.toString());
  }

  private static List<Map<String, Object>> breaksOf(JsonObject run, String reference) {
    return found(run, "providerReference", reference);
  }

  private static List<Map<String, Object>> found(JsonObject run, String key, String value) {
    assertThat(run.getString("status")).as(run.encode()).isEqualTo("SUCCEEDED");
    return run.getJsonArray("breaks").stream()
        .map(JsonObject.class::cast)
        .filter(found -> value.equals(found.getString(key)))
        .map(JsonObject::getMap)
        .toList();
  }

  private static long open(TestPayment payment) {
    return database()
        .number(
            "SELECT count(*) FROM reconciliation_breaks WHERE payment_id = ? AND resolved_at IS NULL",
            payment.id);
  }
}
