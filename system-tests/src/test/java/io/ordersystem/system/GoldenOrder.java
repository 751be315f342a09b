package io.ordersystem.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.ordersystem.devstack.client.Answer;
import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Offer;
import io.ordersystem.devstack.client.OrderSystemClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One order of three sellers, from placement to the last refund: one child leaves in two parcels,
 * one is cancelled before anything left, one is shipped and partly refunded with its goods back in
 * stock. After each step every amount, status, piece of stock, version and mail is what it must be.
 */
final class GoldenOrder {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String RUN = Long.toString(System.nanoTime(), 36);

  private final OrderSystemClient client;
  private final Caller operator;
  private final Caller customer;
  private final List<String> mails = new ArrayList<>();
  private String root = "";
  private final List<String> children = new ArrayList<>();

  GoldenOrder(OrderSystemClient client) {
    this.client = client;
    this.operator = client.operator("golden");
    this.customer = client.customer("golden");
  }

  void live() {
    offer(1, 1000);
    offer(2, 2500);
    offer(3, 333);
    place();
    shipTheFirstInTwoParcels();
    cancelTheSecond();
    shipAndRefundTheThird();
    theTimelineIsContiguous();
  }

  /** 3 x 1000 + 2 x 2500 + 4 x 333 = 9332 and 100 shipping: 32, 54 and 14 by largest remainder. */
  private void place() {
    var order =
        Map.of(
            "customerId",
            "golden",
            "items",
            List.of(item(1, 3), item(2, 2), item(3, 4)),
            "shippingAmount",
            100,
            "contact",
            Map.of("name", "Ada", "email", "golden@example.org", "locale", "en"));
    Caller service = client.service("golden");
    JsonNode preview = ok(service.call("POST", "/api/orders/preview", order, null), 200);
    Answer placed = service.call("POST", "/api/orders", order, "golden-" + RUN);
    JsonNode answer = ok(placed, 201);
    root = answer.path("id").asText();
    answer.path("children").forEach(child -> children.add(child.path("id").asText()));
    assertThat(amounts(preview)).isEqualTo(amounts(answer));
    assertThat(amounts(answer)).containsExactly(9432L, 3032L, 5054L, 1346L);
    await().atMost(SOON).until(() -> order(root).path("status").asText().equals("CONFIRMED"));
    expect(root, "CONFIRMED AUTHORIZED NONE", 0, 0, 0);
    children.forEach(child -> expect(child, "CONFIRMED AUTHORIZED NONE", 0, 0, 0));
    stock(1, 10, 3);
    stock(2, 10, 2);
    stock(3, 10, 4);
    mailed("order-confirmed");
  }

  private void shipTheFirstInTwoParcels() {
    String child = children.get(0);
    Caller seller = seller(1);
    ok(seller.call("POST", path(child) + "/acceptance", null, key()), 200);
    expect(child, "PROCESSING AUTHORIZED NONE", 0, 0, 0);
    expect(root, "CONFIRMED AUTHORIZED NONE", 0, 0, 0);
    ship(seller, child, 1);
    captured(child, 1032);
    expect(child, "PROCESSING PARTIALLY_CAPTURED PARTIAL", 0, 1032, 0);
    expect(root, "CONFIRMED PARTIALLY_CAPTURED PARTIAL", 0, 1032, 0);
    stock(1, 9, 2);
    mailed("order-shipped");
    ship(seller, child, 2);
    captured(child, 3032);
    expect(child, "SHIPPED CAPTURED SHIPPED", 0, 3032, 0);
    expect(root, "CONFIRMED PARTIALLY_CAPTURED PARTIAL", 0, 3032, 0);
    stock(1, 7, 0);
    mailed("order-shipped");
    for (JsonNode shipment : order(child).path("shipments")) {
      ok(
          seller.call(
              "POST",
              path(child) + "/shipments/" + shipment.path("id").asText() + "/delivery",
              null,
              key()),
          200);
    }
    expect(child, "DELIVERED CAPTURED DELIVERED", 0, 3032, 0);
  }

  private void cancelTheSecond() {
    String child = children.get(1);
    ok(
        customer.call("POST", path(child) + "/cancellation", Map.of("reason", "too dear"), key()),
        200);
    expect(child, "CANCELLED NONE NONE", 5054, 0, 0);
    expect(root, "CONFIRMED PARTIALLY_CAPTURED PARTIAL", 5054, 3032, 0);
    stock(2, 10, 0);
    await().atMost(SOON).until(() -> payment().path("releasedAmount").asLong() == 5054);
    mailed("order-part-cancelled");
  }

  private void shipAndRefundTheThird() {
    String child = children.get(2);
    Caller seller = seller(3);
    ok(seller.call("POST", path(child) + "/acceptance", null, key()), 200);
    ship(seller, child, 4);
    captured(child, 1346);
    expect(child, "SHIPPED CAPTURED SHIPPED", 0, 1346, 0);
    expect(root, "SHIPPED CAPTURED SHIPPED", 5054, 4378, 0);
    stock(3, 6, 0);
    mailed("order-shipped");
    ok(
        seller.call(
            "POST",
            path(child) + "/refunds",
            Map.of(
                "lines",
                List.of(line(child, 2)),
                "shippingAmount",
                14,
                "reason",
                "broken",
                "restock",
                true),
            key()),
        201);
    await().atMost(SOON).until(() -> order(child).path("refundedAmount").asLong() == 680);
    expect(child, "SHIPPED PARTIALLY_REFUNDED SHIPPED", 0, 1346, 680);
    expect(root, "SHIPPED PARTIALLY_REFUNDED SHIPPED", 5054, 4378, 680);
    stock(3, 8, 0);
    mailed("order-refunded");
    JsonNode payment = payment();
    assertThat(payment.path("status").asText()).isEqualTo("PARTIALLY_REFUNDED");
    assertThat(payment.path("capturedAmount").asLong()).isEqualTo(4378);
    assertThat(payment.path("releasedAmount").asLong()).isEqualTo(5054);
    assertThat(payment.path("refundedAmount").asLong()).isEqualTo(680);
  }

  private void theTimelineIsContiguous() {
    var orders = new ArrayList<>(children);
    orders.add(root);
    for (String id : orders) {
      JsonNode events = ok(operator.call("GET", path(id) + "/events?limit=1000", null, null), 200);
      long version = 0;
      for (JsonNode event : events.path("items")) {
        assertThat(event.path("version").asLong()).isEqualTo(++version);
      }
      assertThat(order(id).path("version").asLong()).isEqualTo(version);
    }
    assertThat(types(children.get(0)))
        .containsExactly(
            "placed",
            "confirmed",
            "accepted",
            "parcel-shipped",
            "payment-captured",
            "shipped",
            "payment-captured",
            "parcel-delivered",
            "delivered");
    assertThat(types(children.get(1))).containsExactly("placed", "confirmed", "cancelled");
    assertThat(types(children.get(2)))
        .containsExactly(
            "placed",
            "confirmed",
            "accepted",
            "shipped",
            "payment-captured",
            "refund-requested",
            "refunded");
  }

  private List<String> types(String id) {
    var types = new ArrayList<String>();
    ok(operator.call("GET", path(id) + "/events", null, null), 200)
        .path("items")
        .forEach(event -> types.add(event.path("type").asText()));
    return types;
  }

  private void offer(int seller, long price) {
    operator.putOffer(
        "golden-" + seller + "-" + RUN,
        "golden-" + seller,
        new Offer.Terms("Good " + seller, price, "EUR", 10, 0));
  }

  private static Map<String, Object> item(int seller, int quantity) {
    return Map.of("variantId", "golden-" + seller + "-" + RUN, "quantity", quantity);
  }

  private Caller seller(int number) {
    return client.seller("golden-clerk", "golden-" + number);
  }

  private void ship(Caller seller, String child, int quantity) {
    ok(
        seller.call(
            "POST",
            path(child) + "/shipments",
            Map.of(
                "carrier",
                "DHL",
                "trackingNumber",
                "T-" + quantity,
                "lines",
                List.of(line(child, quantity))),
            key()),
        201);
  }

  private Map<String, Object> line(String child, int quantity) {
    return Map.of(
        "itemId", order(child).path("items").get(0).path("id").asText(), "quantity", quantity);
  }

  private void captured(String child, long amount) {
    await().atMost(SOON).until(() -> order(child).path("capturedAmount").asLong() == amount);
  }

  private void expect(String id, String statuses, long cancelled, long captured, long refunded) {
    JsonNode order = order(id);
    assertThat(
            order.path("status").asText()
                + " "
                + order.path("paymentStatus").asText()
                + " "
                + order.path("fulfilmentStatus").asText())
        .isEqualTo(statuses);
    assertThat(order.path("cancelledAmount").asLong()).isEqualTo(cancelled);
    assertThat(order.path("capturedAmount").asLong()).isEqualTo(captured);
    assertThat(order.path("refundedAmount").asLong()).isEqualTo(refunded);
  }

  private void stock(int seller, int onHand, int reserved) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          Offer offer =
              operator.findOffer("golden-" + seller + "-" + RUN, "golden-" + seller).orElseThrow();
          assertThat(List.of(offer.onHand(), offer.reserved()))
              .isEqualTo(List.of(onHand, reserved));
        });
  }

  /** One more mail, of that template, and all that were before. */
  private void mailed(String template) {
    mails.add(template);
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          var sent = new TreeMap<String, Integer>();
          ok(operator.call("GET", "/api/notifications?limit=100&orderId=" + root, null, null), 200)
              .path("items")
              .forEach(mail ->
                  sent.merge(
                      mail.path("template").asText() + " " + mail.path("status").asText(),
                      1,
                      Integer::sum));
          var expected = new TreeMap<String, Integer>();
          mails.forEach(mail -> expected.merge(mail + " SENT", 1, Integer::sum));
          assertThat(sent).isEqualTo(expected);
        });
  }

  private JsonNode payment() {
    return ok(operator.call("GET", "/api/payments?orderId=" + root, null, null), 200)
        .path("items")
        .get(0);
  }

  private JsonNode order(String id) {
    return ok(operator.call("GET", path(id), null, null), 200);
  }

  private static List<Long> amounts(JsonNode order) {
    var amounts = new ArrayList<>(List.of(order.path("totalAmount").asLong()));
    order.path("children").forEach(child -> amounts.add(child.path("totalAmount").asLong()));
    return amounts;
  }

  private static String path(String id) {
    return "/api/orders/" + id;
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }

  private static JsonNode ok(Answer answer, int status) {
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
    return answer.body();
  }
}
