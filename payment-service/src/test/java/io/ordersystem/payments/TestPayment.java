package io.ordersystem.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.payment.AuthorizePayment;
import io.ordersystem.contracts.payment.CapturePayment;
import io.ordersystem.contracts.payment.RefundPayment;
import io.ordersystem.contracts.payment.ReleasePayment;
import io.ordersystem.contracts.payment.VoidPayment;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestSandbox;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The payment of an order with two child orders, of 1000 and of 1500, as order-service asks for it.
 */
public final class TestPayment {
  public static final Duration SOON = Duration.ofSeconds(30);

  public final UUID order = TestEvents.newId();
  public final UUID id =
      new UUID(order.getMostSignificantBits(), order.getLeastSignificantBits() ^ 1);
  public final UUID first = TestEvents.newId();
  public final UUID second = TestEvents.newId();

  /** Sellers of their own, so that their accounts hold nothing else. */
  public final String firstSeller = "s-" + first;

  public final String secondSeller = "s-" + second;

  /** One that is authorised. */
  public static TestPayment authorised() {
    var payment = new TestPayment();
    payment.authorise("pm_card_visa");
    payment.awaitStatus("AUTHORIZED");
    return payment;
  }

  public void authorise(String card) {
    publish(
        EventType.AUTHORIZE_PAYMENT,
        new AuthorizePayment(
            id,
            order,
            "c1",
            2500,
            "EUR",
            card,
            List.of(
                new AuthorizePayment.Share(first, firstSeller, 1000),
                new AuthorizePayment.Share(second, secondSeller, 1500))));
  }

  public UUID capture(UUID child, long amount) {
    UUID parcel = TestEvents.newId();
    publish(EventType.CAPTURE_PAYMENT, new CapturePayment(parcel, order, child, amount));
    return parcel;
  }

  public void release(UUID child, long amount) {
    publish(
        EventType.RELEASE_PAYMENT,
        new ReleasePayment(TestEvents.newId(), order, child, amount, "CUSTOMER"));
  }

  public UUID refund(UUID child, long amount) {
    UUID refund = TestEvents.newId();
    publish(EventType.REFUND_PAYMENT, new RefundPayment(refund, order, child, amount, "broken"));
    return refund;
  }

  public void giveUp() {
    publish(EventType.VOID_PAYMENT, new VoidPayment(order, "EXPIRED"));
  }

  /** Any command about it. */
  public void publish(EventType type, Record data) {
    TestEvents.publish(type, order.toString(), order.toString(), 0, data);
  }

  public void awaitStatus(String status) {
    awaitColumn("status", status);
  }

  public void awaitColumn(String column, Object value) {
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(rows())
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry(column, value)));
  }

  public Map<String, Object> row() {
    return rows().getFirst();
  }

  private List<Map<String, Object>> rows() {
    return database().rows("SELECT * FROM payments WHERE id = ?", id);
  }

  public String reference() {
    return String.valueOf(row().get("provider_reference"));
  }

  /** The provider's own books of it. */
  public JsonObject intent() {
    return new JsonArray(TestSandbox.ledger())
        .stream()
            .map(JsonObject.class::cast)
            .filter(intent -> intent.getString("id").equals(reference()))
            .findFirst()
            .orElseThrow();
  }

  public static RequestSpecification as(String token) {
    return TestRequests.as(token);
  }

  public static TestDatabase database() {
    return TestDatabase.ofService("payment");
  }
}
