package io.ordersystem.orders.fulfilment;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.as;
import static io.ordersystem.orders.Shop.confirmed;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.order;
import static io.ordersystem.orders.Shop.placed;
import static io.ordersystem.orders.Shop.settled;
import static io.ordersystem.orders.Shop.stockAnswered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.ordersystem.contracts.EventType;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.orders.Shop;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a confirmed order, by HTTP, with the neighbours' answers played: one of two
 * sellers, and one of one.
 */
@QuarkusTest
class LifecycleTest {
  private final TestDatabase database = Shop.database();
  private final String customer = "c-" + UUID.randomUUID();
  private final String tea = newVariant();
  private final String cup = newVariant();

  @Test
  void shipsInParcelsAndEachTakesItsShareOfTheMoney() {
    JsonObject order = single(3, 1000, 100);
    String path = path(order);
    accept(path).then().statusCode(200).body("status", equalTo("PROCESSING"));
    ship(path, line(order, 0, 1))
        .then()
        .statusCode(201)
        .body("status", equalTo("PROCESSING"))
        .body("fulfilmentStatus", equalTo("PARTIAL"))
        .body("shipments[0].amount", equalTo(333 + 100))
        .body("items[0].shippedQuantity", equalTo(1));
    ship(path, line(order, 0, 2))
        .then()
        .statusCode(201)
        .body("status", equalTo("SHIPPED"))
        .body("fulfilmentStatus", equalTo("SHIPPED"))
        .body("paymentStatus", equalTo("AUTHORIZED"))
        .body("shipments[1].amount", equalTo(667));
    JsonArray shipments = order(id(order)).getJsonArray("shipments");
    long version = 3;
    for (int i = 0; i < 2; i++) {
      JsonObject shipment = shipments.getJsonObject(i);
      UUID shipmentId = UUID.fromString(shipment.getString("id"));
      stockAnswered(EventType.RESERVATION_COMMITTED, id(order), shipmentId);
      settled(
          EventType.PAYMENT_CAPTURED,
          id(order),
          version++,
          "CAPTURE",
          shipmentId,
          id(order),
          shipment.getLong("amount"),
          null);
    }
    await().atMost(SOON).until(() -> order(id(order)).getLong("capturedAmount") == 1100);
    assertThat(order(id(order)).getString("paymentStatus")).isEqualTo("CAPTURED");
    await().atMost(SOON).until(() -> pending(order) == 0);
    for (int i = 0; i < 2; i++) {
      deliver(path, shipments.getJsonObject(i).getString("id")).then().statusCode(200);
    }
    assertThat(order(id(order)).getString("status")).isEqualTo("DELIVERED");
    deliver(path, shipments.getJsonObject(0).getString("id"))
        .then()
        .statusCode(409)
        .body("code", equalTo("illegal-transition"));
    deliver(path, "none").then().statusCode(404);
    assertThat(commands(order))
        .containsSubsequence(
            "io.ordersystem.reservation.commit.v1", "io.ordersystem.payment.capture.v1");
  }

  @Test
  void givesBackWhatWasTakenAndNothingElse() {
    JsonObject order = single(3, 1000, 100);
    String path = path(order);
    accept(path);
    refund(path, 0, true, line(order, 0, 1))
        .then()
        .statusCode(409)
        .body("code", equalTo("not-captured"));
    ship(path, line(order, 0, 2));
    JsonObject shipment = order(id(order)).getJsonArray("shipments").getJsonObject(0);
    settled(
        EventType.PAYMENT_CAPTURED,
        id(order),
        3,
        "CAPTURE",
        UUID.fromString(shipment.getString("id")),
        id(order),
        shipment.getLong("amount"),
        null);
    await().atMost(SOON).until(() -> order(id(order)).getLong("capturedAmount") == 766);
    refund(path, 0, true, line(order, 0, 3))
        .then()
        .statusCode(409)
        .body("code", equalTo("amount-exceeds-captured"))
        .body("errors[0].pointer", equalTo("/lines/0/quantity"));
    refund(path, 101, true, line(order, 0, 1))
        .then()
        .statusCode(409)
        .body("errors[0].pointer", equalTo("/shippingAmount"));
    refund(path, 0, true).then().statusCode(422).body("code", equalTo("validation-failed"));
    refund(path, 40, true, line(order, 0, 1))
        .then()
        .statusCode(201)
        .body("refunds[0].amount", equalTo(333 + 40))
        .body("refunds[0].status", equalTo("PENDING"))
        .body("items[0].refundedQuantity", equalTo(1))
        .body("refundedAmount", equalTo(0));
    // What is on its way back counts.
    refund(path, 0, false, line(order, 0, 2)).then().statusCode(409);
    UUID refund = refundId(order, 0);
    settled(EventType.PAYMENT_REFUNDED, id(order), 4, "REFUND", refund, id(order), 373, null);
    await().atMost(SOON).until(() -> order(id(order)).getLong("refundedAmount") == 373);
    assertThat(order(id(order)).getString("paymentStatus")).isEqualTo("PARTIALLY_REFUNDED");
    assertThat(commands(order)).contains("io.ordersystem.reservation.return.v1");
  }

  @Test
  void aRefundThatFailsCanBeAskedForAgain() {
    JsonObject order = single(2, 500, 0);
    String path = path(order);
    accept(path);
    ship(path, line(order, 0, 2));
    JsonObject shipment = order(id(order)).getJsonArray("shipments").getJsonObject(0);
    settled(
        EventType.PAYMENT_CAPTURED,
        id(order),
        3,
        "CAPTURE",
        UUID.fromString(shipment.getString("id")),
        id(order),
        500,
        null);
    await().atMost(SOON).until(() -> order(id(order)).getLong("capturedAmount") == 500);
    refund(path, 0, true, line(order, 0, 2)).then().statusCode(201);
    settled(
        EventType.PAYMENT_REFUND_FAILED,
        id(order),
        4,
        "REFUND",
        refundId(order, 0),
        id(order),
        500,
        "expired_card");
    await()
        .atMost(SOON)
        .until(() ->
            order(id(order)).getJsonArray("items").getJsonObject(0).getInteger("refundedQuantity")
                == 0);
    assertThat(order(id(order)).getJsonArray("refunds").getJsonObject(0).getString("failureCode"))
        .isEqualTo("expired_card");
    assertThat(commands(order)).doesNotContain("io.ordersystem.reservation.return.v1");
    refund(path, 0, false, line(order, 0, 2)).then().statusCode(201);
  }

  @Test
  void moneyThatIsGivenBackAtThePaymentIsTheOrdersUntilItBounces() {
    JsonObject order = single(2, 500, 0);
    String path = path(order);
    accept(path);
    ship(path, line(order, 0, 2));
    JsonObject shipment = order(id(order)).getJsonArray("shipments").getJsonObject(0);
    UUID parcel = UUID.fromString(shipment.getString("id"));
    settled(EventType.PAYMENT_CAPTURED, id(order), 3, "CAPTURE", parcel, id(order), 500, null);
    UUID refund = TestEvents.newId();
    settled(EventType.PAYMENT_REFUNDED, id(order), 4, "REFUND", refund, id(order), 120, null);
    await().atMost(SOON).until(() -> order(id(order)).getLong("refundedAmount") == 120);
    JsonObject shown = order(id(order)).getJsonArray("refunds").getJsonObject(0);
    assertThat(shown.getString("id")).isEqualTo(refund.toString());
    assertThat(shown.getString("status")).isEqualTo("SUCCEEDED");
    assertThat(shown.getJsonArray("lines")).isEmpty();
    assertThat(order(id(order)).getString("paymentStatus")).isEqualTo("PARTIALLY_REFUNDED");
    settled(
        EventType.PAYMENT_REFUND_FAILED,
        id(order),
        5,
        "REFUND",
        refund,
        id(order),
        120,
        "refund_failed");
    await().atMost(SOON).until(() -> order(id(order)).getLong("refundedAmount") == 0);
    assertThat(order(id(order)).getString("paymentStatus")).isEqualTo("CAPTURED");
  }

  @Test
  void cancelsAChildAndAPartWithoutTouchingTheSibling() {
    JsonObject order = split();
    JsonObject first = child(order, 0);
    JsonObject second = child(order, 1);
    cancel(TestTokens.customer(customer), path(first))
        .then()
        .statusCode(200)
        .body("status", equalTo("CANCELLED"))
        .body("cancelReason", equalTo("CUSTOMER"))
        .body("cancelledAmount", equalTo(first.getInteger("totalAmount")));
    assertThat(order(id(order)).getString("status")).isEqualTo("CONFIRMED");
    cancel(TestTokens.seller("s2"), path(second), line(second, 0, 1))
        .then()
        .statusCode(200)
        .body("status", equalTo("CONFIRMED"))
        .body("items[0].cancelledQuantity", equalTo(1));
    cancel(TestTokens.seller("s2"), path(second), line(second, 0, 2))
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/lines/0/quantity"));
    // The last unit: nothing of the whole order is left.
    cancel(TestTokens.seller("s2"), path(second), line(second, 0, 1))
        .then()
        .statusCode(200)
        .body("status", equalTo("CANCELLED"));
    JsonObject after = order(id(order));
    assertThat(after.getString("status")).isEqualTo("CANCELLED");
    assertThat(after.getString("cancelReason")).isEqualTo("SELLER");
    assertThat(after.getLong("cancelledAmount")).isEqualTo(after.getLong("totalAmount"));
    assertThat(commands(order))
        .contains(
            "io.ordersystem.payment.release.v1",
            "io.ordersystem.payment.void.v1",
            "io.ordersystem.reservation.release.v1");
    cancel(TestTokens.operator(), path(order))
        .then()
        .statusCode(409)
        .body("code", equalTo("illegal-transition"))
        .body("detail", containsString("is CANCELLED"));
  }

  @Test
  void theShippingOfALineThatWasCancelledBeforeGoesWithTheLastOne() {
    offer(tea, "s1", 700, 1000);
    offer(cup, "s1", 500, 1000);
    JsonObject order =
        confirmed(
            TestTokens.service(),
            customer,
            """
            {"customerId": "%s", "shippingAmount": 101,
             "items": [{"variantId": "%s", "quantity": 1}, {"variantId": "%s", "quantity": 1}]}
            """
                .formatted(customer, tea, cup));
    cancel(TestTokens.operator(), path(order), line(order, 0, 1))
        .then()
        .statusCode(200)
        .body("cancelledAmount", equalTo(700));
    cancel(TestTokens.operator(), path(order), line(order, 1, 1))
        .then()
        .statusCode(200)
        .body("status", equalTo("CANCELLED"))
        .body("cancelledAmount", equalTo(1301));
    assertThat(
            database.number(
                "SELECT sum(cancelled_amount) FROM order_items WHERE order_id = ?", id(order)))
        .isEqualTo(1301);
  }

  @Test
  void aPendingOrderIsCancelledAsAWholeOnly() {
    offer(tea, "s1", 500, 100);
    UUID order = placed(customer, tea, 2);
    JsonObject view = order(order);
    cancel(TestTokens.customer(customer), path(view), line(view, 0, 1))
        .then()
        .statusCode(409)
        .body("detail", containsString("PENDING"));
    cancel(TestTokens.customer(customer), path(view))
        .then()
        .statusCode(200)
        .body("status", equalTo("CANCELLED"));
    assertThat(commands(view))
        .containsExactly(
            "io.ordersystem.reservation.reserve.v1", "io.ordersystem.reservation.release.v1");
  }

  @Test
  void whatACustomerMayNoLongerDoItsSellerAndOperatorsMay() {
    JsonObject order = single(2, 500, 0);
    String path = path(order);
    accept(path);
    cancel(TestTokens.customer(customer), path)
        .then()
        .statusCode(409)
        .body("detail", containsString("needs PENDING or CONFIRMED"));
    relocate(TestTokens.customer(customer), path, "{\"contact\": {\"name\": \"Bo\"}}")
        .then()
        .statusCode(409);
    relocate(TestTokens.operator(), path, "{\"contact\": {\"name\": \"Bo\"}}")
        .then()
        .statusCode(200)
        .body("contact.name", equalTo("Bo"));
    ship(path, line(order, 0, 1));
    relocate(TestTokens.operator(), path, "{\"contact\": {\"name\": \"Cy\"}}")
        .then()
        .statusCode(409);
    cancel(TestTokens.seller("s1"), path)
        .then()
        .statusCode(409)
        .body("detail", containsString("name the lines"));
    cancel(TestTokens.seller("s1"), path, line(order, 0, 1))
        .then()
        .statusCode(200)
        .body("status", equalTo("SHIPPED"));
  }

  @Test
  void refusesWhatIsNotTheCallersOrMakesNoSense() {
    JsonObject order = split();
    JsonObject first = child(order, 0);
    JsonObject second = child(order, 1);
    accept(path(order)).then().statusCode(409).body("code", equalTo("split-order"));
    as(TestTokens.seller("s2"))
        .post(path(first) + "/acceptance")
        .then()
        .statusCode(404)
        .body("code", equalTo("not-found"));
    as(TestTokens.customer(customer)).post(path(first) + "/acceptance").then().statusCode(403);
    as(TestTokens.customer("stranger"))
        .body("{\"reason\": \"x\"}")
        .post(path(order) + "/cancellation")
        .then()
        .statusCode(404);
    accept(path(first));
    ship(path(first), line(second, 0, 1))
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/lines/0/itemId"));
    ship(path(first), line(first, 0, 100)).then().statusCode(422);
    ship(path(first)).then().statusCode(422);
    as(TestTokens.operator())
        .body(
            "{\"lines\": [{\"itemId\": \"nonsense\", \"quantity\": 1}], \"carrier\": \"x\", \"trackingNumber\": \"y\"}")
        .post(path(first) + "/shipments")
        .then()
        .statusCode(422);
    relocate(TestTokens.customer(customer), path(first), "{\"contact\": null}")
        .then()
        .statusCode(409)
        .body("code", equalTo("split-order"));
    relocate(TestTokens.customer(customer), path(order), "{\"status\": \"SHIPPED\"}")
        .then()
        .statusCode(422);
    relocate(
            TestTokens.operator(), path(order), "{\"shippingAddress\": {\"country\": \"Germany\"}}")
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/shippingAddress/country"));
    assertThat(order(id(second)).getLong("version")).isEqualTo(2);
  }

  @Test
  void ofTwoWhoCancelAndShipAtOnceExactlyOneWins() throws Exception {
    for (int round = 0; round < 5; round++) {
      JsonObject order = single(1, 500, 0);
      String path = path(order);
      long version = accept(path).<Integer>path("version");
      List<Callable<Integer>> both =
          List.of(
              () ->
                  as(TestTokens.operator())
                      .header("If-Match", "\"" + version + "\"")
                      .body("{\"reason\": \"x\"}")
                      .post(path + "/cancellation")
                      .statusCode(),
              () ->
                  as(TestTokens.operator())
                      .header("If-Match", "\"" + version + "\"")
                      .body(shipment(line(order, 0, 1)))
                      .post(path + "/shipments")
                      .statusCode());
      var answers = new ArrayList<Integer>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var answer : threads.invokeAll(both)) {
          answers.add(answer.get());
        }
      }
      assertThat(answers).filteredOn(status -> status < 300).hasSize(1);
      assertThat(answers).filteredOn(status -> status == 412).hasSize(1);
    }
  }

  @Test
  void aRepeatWithItsKeyIsOneStep() {
    JsonObject order = single(3, 1000, 0);
    String path = path(order);
    accept(path);
    String body = shipment(line(order, 0, 1));
    String key = UUID.randomUUID().toString();
    Response first =
        as(TestTokens.operator())
            .header("Idempotency-Key", key)
            .body(body)
            .post(path + "/shipments");
    Response second =
        as(TestTokens.operator())
            .header("Idempotency-Key", key)
            .body(body)
            .post(path + "/shipments");
    second.then().statusCode(201).header("Idempotency-Replayed", "true");
    assertThat(second.body().asString()).isEqualTo(first.body().asString());
    as(TestTokens.operator())
        .get(path)
        .then()
        .body("shipments", hasSize(1))
        .body("items[0].shippedQuantity", equalTo(1));
  }

  @Test
  void whatIsNotAnsweredIsSentAgainFlaggedExplainedAndResumed() {
    JsonObject order = single(1, 500, 0);
    String path = path(order);
    accept(path);
    ship(path, line(order, 0, 1));
    assertThat(pending(order)).isEqualTo(2);
    overdue(order);
    await().atMost(SOON).until(() -> commands(order, "io.ordersystem.payment.capture.v1") == 2);
    as(TestTokens.operator())
        .get(path + "/saga")
        .then()
        .statusCode(200)
        .body("step", equalTo("COMPLETED"))
        .body("flag", containsString("is not answered"))
        .body("pending", hasSize(2))
        .body("actions", equalTo(List.of("resume")));
    as(TestTokens.customer(customer)).get(path + "/saga").then().statusCode(403);
    UUID shipment =
        UUID.fromString(
            order(id(order)).getJsonArray("shipments").getJsonObject(0).getString("id"));
    settled(
        EventType.PAYMENT_CAPTURE_FAILED,
        id(order),
        3,
        "CAPTURE",
        shipment,
        id(order),
        500,
        "not_authorized");
    await()
        .atMost(SOON)
        .until(() ->
            as(TestTokens.operator())
                .get(path + "/saga")
                .body()
                .asString()
                .contains("not_authorized"));
    as(TestTokens.operator()).post(path + "/saga/resume").then().statusCode(200);
    assertThat(commands(order, "io.ordersystem.payment.capture.v1")).isEqualTo(3);
    settled(EventType.PAYMENT_CAPTURED, id(order), 4, "CAPTURE", shipment, id(order), 500, null);
    stockAnswered(EventType.RESERVATION_COMMITTED, id(order), shipment);
    await().atMost(SOON).until(() -> pending(order) == 0);
    as(TestTokens.operator())
        .get(path + "/saga")
        .then()
        .body("flag", equalTo(null))
        .body("actions", hasSize(0));
    as(TestTokens.operator()).post(path + "/saga/resume").then().statusCode(409);
    as(TestTokens.operator()).post(path + "/saga/compensate").then().statusCode(409);
  }

  @Test
  void anAuthorisationThatLapsedCannotBeShipped() {
    JsonObject order = single(1, 500, 0);
    String path = path(order);
    accept(path);
    Shop.payment(EventType.PAYMENT_VOIDED, id(order), 3, "VOIDED", null);
    await().atMost(SOON).until(() -> order(id(order)).getString("paymentStatus").equals("FAILED"));
    ship(path, line(order, 0, 1))
        .then()
        .statusCode(409)
        .body("code", equalTo("payment-not-authorised"));
    as(TestTokens.operator())
        .get(path + "/saga")
        .then()
        .body("flag", containsString("lapsed"))
        .body("actions", equalTo(List.of("compensate")));
    as(TestTokens.operator())
        .post(path + "/saga/compensate")
        .then()
        .statusCode(200)
        .body("status", equalTo("CANCELLED"));
  }

  @Test
  void aChangedAddressReachesTheContactTopicAndOnlyIt() {
    JsonObject order = split();
    relocate(
            TestTokens.customer(customer),
            path(order),
            "{\"shippingAddress\": {\"city\": \"Köln\", \"country\": \"DE\"}, \"contact\": {\"email\": \"new@example.org\"}}")
        .then()
        .statusCode(200)
        .body("shippingAddress.city", equalTo("Köln"))
        .body("contact.email", equalTo("new@example.org"))
        .body("children[0].shippingAddress.city", equalTo("Köln"));
    var told =
        database.rows(
            "SELECT data FROM outbox WHERE key = ? AND data LIKE '%Köln%' AND topic <> 'orders.contact.state.v1'",
            id(order).toString());
    assertThat(told).isEmpty();
    assertThat(
            database.number(
                "SELECT count(*) FROM outbox WHERE key = ? AND topic = 'orders.contact.state.v1' AND data LIKE '%Köln%'",
                id(order).toString()))
        .isEqualTo(1);
  }

  private JsonObject single(int quantity, long goods, long shipping) {
    offer(tea, "s1", 1, 1000);
    return confirmed(
        TestTokens.service(),
        customer,
        """
        {"customerId": "%s", "shippingAmount": %d, "discountAmount": %d,
         "items": [{"variantId": "%s", "quantity": %d, "unitPrice": 1000}]}
        """
            .formatted(customer, shipping, 1000L * quantity - goods, tea, quantity));
  }

  private JsonObject split() {
    offer(tea, "s1", 700, 1000);
    offer(cup, "s2", 500, 1000);
    return confirmed(
        TestTokens.service(),
        customer,
        """
        {"customerId": "%s", "shippingAmount": 101,
         "items": [{"variantId": "%s", "quantity": 3}, {"variantId": "%s", "quantity": 2}]}
        """
            .formatted(customer, tea, cup));
  }

  private static JsonObject child(JsonObject order, int index) {
    return order.getJsonArray("children").getJsonObject(index);
  }

  private static UUID id(JsonObject order) {
    return UUID.fromString(order.getString("id"));
  }

  private static String path(JsonObject order) {
    return "/api/orders/" + order.getString("id");
  }

  private static Map<String, Object> line(JsonObject order, int index, int quantity) {
    return Map.of(
        "itemId",
        order.getJsonArray("items").getJsonObject(index).getString("id"),
        "quantity",
        quantity);
  }

  private static Response accept(String path) {
    return as(TestTokens.operator()).post(path + "/acceptance");
  }

  @SafeVarargs
  private static Response ship(String path, Map<String, Object>... lines) {
    return as(TestTokens.operator()).body(shipment(lines)).post(path + "/shipments");
  }

  @SafeVarargs
  private static String shipment(Map<String, Object>... lines) {
    return new JsonObject()
        .put("carrier", "DHL")
        .put("trackingNumber", "00340434")
        .put("lines", List.of(lines))
        .encode();
  }

  private static Response deliver(String path, String shipment) {
    return as(TestTokens.operator()).post(path + "/shipments/" + shipment + "/delivery");
  }

  @SafeVarargs
  private static Response cancel(String token, String path, Map<String, Object>... lines) {
    var body = new JsonObject().put("reason", "changed my mind");
    if (lines.length > 0) {
      body.put("lines", List.of(lines));
    }
    return as(token).body(body.encode()).post(path + "/cancellation");
  }

  @SafeVarargs
  private static Response refund(
      String path, long shipping, boolean restock, Map<String, Object>... lines) {
    return as(TestTokens.operator())
        .body(
            new JsonObject()
                .put("lines", List.of(lines))
                .put("shippingAmount", shipping)
                .put("reason", "broken")
                .put("restock", restock)
                .encode())
        .post(path + "/refunds");
  }

  private static Response relocate(String token, String path, String patch) {
    return as(token)
        .contentType("application/merge-patch+json; charset=UTF-8")
        .body(patch)
        .patch(path);
  }

  private static UUID refundId(JsonObject order, int index) {
    return UUID.fromString(
        order(id(order)).getJsonArray("refunds").getJsonObject(index).getString("id"));
  }

  private long pending(JsonObject order) {
    return database.number(
        "SELECT jsonb_array_length(pending) FROM order_sagas WHERE order_id = ?", id(order));
  }

  /** Lets every pending command be overdue now. */
  private void overdue(JsonObject order) {
    database.execute(
        """
        UPDATE order_sagas SET pending_deadline = now() - interval '1 second',
          pending = (SELECT jsonb_agg(c || jsonb_build_object('deadline', '2026-01-01T00:00:00Z')) FROM jsonb_array_elements(pending) c)
        WHERE order_id = ?
        """,
        id(order));
  }

  private List<String> commands(JsonObject order) {
    return database
        .rows(
            "SELECT type FROM outbox WHERE key = ? AND topic LIKE '%commands%' ORDER BY position",
            order.getString("id"))
        .stream()
        .map(row -> String.valueOf(row.get("type")))
        .toList();
  }

  private long commands(JsonObject order, String type) {
    return commands(order).stream().filter(type::equals).count();
  }
}
