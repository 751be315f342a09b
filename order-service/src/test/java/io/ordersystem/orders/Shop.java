package io.ordersystem.orders;

import static org.awaitility.Awaitility.await;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.ReservationChanged;
import io.ordersystem.contracts.inventory.StockState;
import io.ordersystem.contracts.payment.PaymentChanged;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The world around order-service in its tests: offers on the topic, outcomes from the neighbours,
 * callers.
 */
public final class Shop {
  public static final Duration SOON = Duration.ofSeconds(20);
  private static final AtomicLong NAMES = new AtomicLong();

  private Shop() {}

  /** A variant that no other test uses. */
  public static String newVariant() {
    return "variant-n" + Long.toString(System.nanoTime(), 36) + "-" + NAMES.incrementAndGet();
  }

  /** Lets inventory-service say what it offers, and waits until the projection has it. */
  public static void offer(String variant, String seller, long unitPrice, int available) {
    offer(variant, seller, unitPrice, "EUR", available, 1);
  }

  public static void offer(
      String variant, String seller, long unitPrice, String currency, int available, long version) {
    TestEvents.publish(
        EventType.STOCK_CHANGED,
        variant + "|" + seller,
        variant + "|" + seller,
        version,
        new StockState(
            variant,
            seller,
            null,
            "The " + variant,
            unitPrice,
            currency,
            available,
            0,
            available,
            null,
            false));
    await()
        .atMost(SOON)
        .until(() ->
            !database()
                .rows(
                    "SELECT 1 AS x FROM offers WHERE variant_id = ? AND seller_id = ? AND version >= ?",
                    variant,
                    seller,
                    version)
                .isEmpty());
  }

  public static TestDatabase database() {
    return TestDatabase.ofService("order");
  }

  /** A request with that token and a JSON body. */
  public static RequestSpecification as(String token) {
    return TestRequests.as(token);
  }

  public static Response place(String customer, String body) {
    return as(TestTokens.customer(customer)).body(body).post("/api/orders");
  }

  /** Places one order of that many pieces and answers its id. */
  public static UUID placed(String customer, String variant, int quantity) {
    return UUID.fromString(
        place(customer, body(customer, variant, quantity))
            .then()
            .statusCode(201)
            .extract()
            .path("id"));
  }

  public static String body(String customer, String variant, int quantity) {
    return """
    {"customerId": "%s", "items": [{"variantId": "%s", "quantity": %d}]}
    """
        .formatted(customer, variant, quantity);
  }

  /** Lets inventory-service hold the order's stock. */
  public static void stockReserved(UUID order) {
    reservation(EventType.STOCK_RESERVED, order, "ACTIVE");
  }

  /** Lets inventory-service refuse. */
  public static void stockRejected(UUID order) {
    reservation(EventType.STOCK_REJECTED, order, "REJECTED");
  }

  private static void reservation(EventType type, UUID order, String status) {
    TestEvents.publish(
        type,
        order.toString(),
        order.toString(),
        1,
        new ReservationChanged(order.toString(), status, List.of(), List.of(), null, null));
  }

  /** Lets payment-service say something of the order's payment; answers the event's id. */
  public static UUID payment(
      EventType type,
      UUID order,
      long version,
      String status,
      PaymentChanged.@Nullable NextAction action) {
    UUID payment = new UUID(order.getMostSignificantBits(), order.getLeastSignificantBits() ^ 1);
    return TestEvents.publish(
        type,
        order.toString(),
        payment.toString(),
        version,
        new PaymentChanged(
            payment,
            order,
            status,
            "EUR",
            1000,
            status.equals("AUTHORIZED") ? 1000 : 0,
            status.equals("DECLINED") ? "card_declined" : null,
            action,
            0,
            0,
            0,
            null,
            "pi_" + order,
            null,
            null,
            null));
  }

  /** A confirmed order of a body, as its customer sees it. */
  public static JsonObject confirmed(String token, String customer, String body) {
    UUID order =
        UUID.fromString(
            as(token).body(body).post("/api/orders").then().statusCode(201).extract().path("id"));
    stockReserved(order);
    awaitStep(order, "AUTHORIZING");
    payment(EventType.PAYMENT_AUTHORIZED, order, 2, "AUTHORIZED", null);
    awaitStatus(customer, order, "CONFIRMED");
    return order(order);
  }

  /** The order as an operator sees it now. */
  public static JsonObject order(UUID id) {
    return new JsonObject(
        as(TestTokens.operator())
            .header("Cache-Control", "no-cache")
            .get("/api/orders/" + id)
            .then()
            .statusCode(200)
            .extract()
            .body()
            .asString());
  }

  /** Lets payment-service answer a capture or refund; without a code it was carried out. */
  public static void settled(
      EventType type,
      UUID root,
      long version,
      String kind,
      UUID operation,
      UUID child,
      long amount,
      @Nullable String failure) {
    UUID payment = new UUID(root.getMostSignificantBits(), root.getLeastSignificantBits() ^ 1);
    TestEvents.publish(
        type,
        root.toString(),
        payment.toString(),
        version,
        new PaymentChanged(
            payment,
            root,
            "PARTIALLY_CAPTURED",
            "EUR",
            1000,
            1000,
            null,
            null,
            0,
            0,
            0,
            new PaymentChanged.Operation(
                operation, kind, child, amount, failure == null ? "SUCCEEDED" : "FAILED", failure),
            "pi_" + root,
            null,
            null,
            null));
  }

  /** Lets inventory-service answer a command about a part of the order's reservation. */
  public static void stockAnswered(EventType type, UUID root, UUID reference) {
    TestEvents.publish(
        type,
        root.toString(),
        root.toString(),
        2,
        new ReservationChanged(
            root.toString(), "ACTIVE", List.of(), List.of(), reference.toString(), null));
  }

  public static void awaitStatus(String customer, UUID order, String status) {
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            org.assertj.core.api.Assertions.assertThat(
                    as(TestTokens.customer(customer))
                        .get("/api/orders/" + order)
                        .<String>path("status"))
                .isEqualTo(status));
  }

  /** Waits until the saga has reached that step. */
  public static void awaitStep(UUID order, String step) {
    await()
        .atMost(SOON)
        .until(() ->
            database()
                .rows("SELECT step FROM order_sagas WHERE order_id = ?", order)
                .getFirst()
                .get("step")
                .equals(step));
  }
}
