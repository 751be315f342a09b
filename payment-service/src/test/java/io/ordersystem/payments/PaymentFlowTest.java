package io.ordersystem.payments;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.payment.AuthorizePayment;
import io.ordersystem.contracts.payment.VoidPayment;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestOutage;
import io.ordersystem.devstack.testing.TestSandbox;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PaymentFlowTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private final UUID order = TestEvents.newId();

  @Test
  void authorisesAndTellsEachVersionOnce() {
    authorize("pm_card_visa");
    awaitStatus("AUTHORIZED");
    try (var reader = TestKafka.read(Topic.PAYMENT_EVENTS)) {
      assertThat(reader.await(SOON, 2, r -> order.toString().equals(r.key())))
          .extracting(r -> r.type() + " " + r.headers().get("ce_aggregateversion"))
          .containsExactly(
              "io.ordersystem.payment.requested.v1 1", "io.ordersystem.payment.authorized.v1 2");
    }
    as(TestTokens.customer("c1"))
        .get("/api/payments?orderId=" + order)
        .then()
        .statusCode(200)
        .body("items[0].authorizedAmount", equalTo(2500))
        .body("items[0].shares", hasSize(2))
        .body("items[0].events.type", equalTo(List.of("REQUESTED", "AUTHORIZED")));
  }

  @Test
  void tellsWhyItWasDeclined() {
    authorize("pm_card_chargeDeclinedInsufficientFunds");
    awaitStatus("DECLINED");
    assertThat(row().get("decline_code")).isEqualTo("insufficient_funds");
  }

  @Test
  void showsWhatTheCustomerHasToDo() {
    authorize("pm_card_authenticationRequired");
    awaitStatus("REQUIRES_ACTION");
    as(TestTokens.customer("c1"))
        .get("/api/payments?orderId=" + order)
        .then()
        .body("items[0].nextAction.type", equalTo("redirect_to_url"));
  }

  @Test
  void letsGoOfAnAuthorisedPayment() {
    authorize("pm_card_visa");
    awaitStatus("AUTHORIZED");
    giveUp();
    awaitStatus("VOIDED");
    assertThat(ledgerEntry()).contains("canceled");
  }

  @Test
  void neverChargesAnOrderThatWasGivenUpBefore() {
    giveUp();
    await()
        .atMost(SOON)
        .until(() ->
            !database()
                .rows("SELECT 1 AS x FROM voided_orders WHERE order_id = ?", order)
                .isEmpty());
    authorize("pm_card_visa");
    awaitStatus("VOIDED");
    assertThat(TestSandbox.ledger()).doesNotContain(order.toString());
  }

  @Test
  void twentyCommandsAreOnePayment() {
    for (int i = 0; i < 20; i++) {
      authorize("pm_card_visa");
    }
    awaitStatus("AUTHORIZED");
    assertThat(TestSandbox.ledger().split(order.toString(), -1)).hasSize(2);
    assertThat(row().get("version")).isEqualTo(2L);
  }

  @Test
  void aTimeOutAfterTheEffectIsUnknownAndThenTheOnePayment() {
    TestSandbox.faults("{\"timeoutAfterEffectNext\": 1, \"holdMs\": 30000}");
    authorize("pm_card_visa");
    awaitStatus("UNKNOWN");
    awaitStatus("AUTHORIZED");
    assertThat(TestSandbox.ledger().split(order.toString(), -1)).hasSize(2);
  }

  @Test
  void aPaymentThatTheProviderIsStillProcessingIsAskedForByItsName() {
    authorize("pm_card_processing");
    awaitStatus("UNKNOWN");
    assertThat(String.valueOf(row().get("provider_reference"))).startsWith("pi_");
    assertThat(row().get("task")).isEqualTo("REFRESH");
    assertThat(TestSandbox.ledger().split(order.toString(), -1)).hasSize(2);
  }

  @Test
  void anIntentThatTheProviderDoesNotFindIsUnknownNotDeclined() {
    UUID payment = TestEvents.newId();
    database()
        .execute(
            """
            INSERT INTO payments (id, order_id, customer_id, currency, amount, status, payment_method, provider_reference, task,
              next_attempt_at, version, created_at, updated_at)
            VALUES (?, ?, 'c1', 'EUR', 2500, 'UNKNOWN', 'pm_card_visa', ?, 'REFRESH', now(), 2, now(), now())
            """,
            payment,
            order,
            "pi_gone_" + payment);
    await()
        .atMost(SOON)
        .until(() -> (Integer) row().get("attempts") >= 1 && row().get("leased_until") == null);
    assertThat(row()).containsEntry("status", "UNKNOWN").containsEntry("task", "REFRESH");
  }

  @Test
  void doesNotAskTwiceAtOnceWhenTheOrderIsGivenUpDuringTheCall() {
    TestSandbox.faults("{\"latencyMs\": 1500}");
    try {
      authorize("pm_card_visa");
      await().atMost(SOON).until(() -> !leases().isEmpty());
      var lease = leases();
      giveUp();
      await().atMost(SOON).until(() -> row().get("void_reason") != null);
      assertThat(leases())
          .as("the lease of the call under way stays")
          .isIn(List.of(lease, List.of()));
    } finally {
      TestSandbox.faults("{\"latencyMs\": 0}");
    }
    awaitStatus("VOIDED");
    assertThat(ledgerEntry()).contains("canceled");
  }

  private List<?> leases() {
    return database()
        .rows(
            "SELECT leased_until FROM payments WHERE order_id = ? AND leased_until IS NOT NULL",
            order);
  }

  @Test
  void hidesFromSellersWhatOnlyTheCustomerMayDo() {
    authorize("pm_card_authenticationRequired");
    awaitStatus("REQUIRES_ACTION");
    as(TestTokens.seller("s1"))
        .get("/api/payments?orderId=" + order)
        .then()
        .statusCode(200)
        .body("items[0].nextAction", nullValue());
  }

  @Test
  void goesOnWhenTheProviderIsBack() {
    try (var outage = TestOutage.stopSandbox()) {
      authorize("pm_card_visa");
      awaitStatus("UNKNOWN");
    }
    awaitStatus("AUTHORIZED");
  }

  @Test
  void showsPaymentsToThoseWhoseMoneyItIs() {
    authorize("pm_card_visa");
    awaitStatus("AUTHORIZED");
    String path = "/api/payments/" + row().get("id");
    as(TestTokens.customer("c2")).get(path).then().statusCode(404);
    as(TestTokens.seller("s1")).get(path).then().statusCode(200).body("shares", hasSize(1));
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

  /** Its texts are the provider's: they are not looked through, and not stored. */
  @Test
  void believesAWebhookByItsSignatureAndTakesItOnce() throws Exception {
    String id = "evt_" + UUID.randomUUID();
    String body =
        "{\"id\":\"%s\",\"object\":\"event\",\"type\":\"payment_intent.canceled\",\"data\":{\"object\":{\"id\":\"pi_unknown\",\"description\":\"4242424242424242\",\"object\":\"payment_intent\"}}}"
            .formatted(id);
    webhook(body, "t=1,v1=forged")
        .then()
        .statusCode(400)
        .body("code", equalTo("malformed-request"));
    assertThat(events(id)).isEmpty();
    for (int i = 0; i < 3; i++) {
      webhook(body, signature(body)).then().statusCode(200);
    }
    assertThat(events(id)).hasSize(1);
  }

  private static Response webhook(String body, String signature) {
    return given()
        .contentType("application/json")
        .header("Stripe-Signature", signature)
        .body(body)
        .post("/api/payments/webhooks/stripe");
  }

  private static String signature(String body) throws Exception {
    long now = System.currentTimeMillis() / 1000;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("whsec_local".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] digest = mac.doFinal((now + "." + body).getBytes(StandardCharsets.UTF_8));
    return "t=" + now + ",v1=" + HexFormat.of().formatHex(digest);
  }

  private static List<?> events(String id) {
    return database().rows("SELECT id FROM provider_events WHERE id = ?", id);
  }

  private void authorize(String method) {
    TestEvents.publish(
        EventType.AUTHORIZE_PAYMENT,
        order.toString(),
        order.toString(),
        0,
        new AuthorizePayment(
            new UUID(order.getMostSignificantBits(), order.getLeastSignificantBits() ^ 1),
            order,
            "c1",
            2500,
            "EUR",
            method,
            List.of(
                new AuthorizePayment.Share(TestEvents.newId(), "s1", 1000),
                new AuthorizePayment.Share(TestEvents.newId(), "s2", 1500))));
  }

  private void giveUp() {
    TestEvents.publish(
        EventType.VOID_PAYMENT,
        order.toString(),
        order.toString(),
        0,
        new VoidPayment(order, "EXPIRED"));
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

  private java.util.Map<String, Object> row() {
    return database().rows("SELECT * FROM payments WHERE order_id = ?", order).getFirst();
  }

  private String ledgerEntry() {
    String ledger = TestSandbox.ledger();
    int at = ledger.indexOf(order.toString());
    return ledger.substring(ledger.lastIndexOf("{\"id\"", at), ledger.indexOf('}', at));
  }

  private static io.restassured.specification.RequestSpecification as(String token) {
    return given().auth().oauth2(token).contentType("application/json");
  }

  private static TestDatabase database() {
    return TestDatabase.ofService("payment");
  }
}
