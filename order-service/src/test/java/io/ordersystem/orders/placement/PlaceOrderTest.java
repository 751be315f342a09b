package io.ordersystem.orders.placement;

import static io.ordersystem.orders.Shop.as;
import static io.ordersystem.orders.Shop.body;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.place;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;

import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.testing.ReceivedRecord;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.orders.Shop;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PlaceOrderTest {
  private final TestDatabase database = Shop.database();

  @Test
  void takesTheSmallestOrderThereIs() {
    String variant = newVariant();
    offer(variant, "s1", 1999, 10);
    place("c1", body("c1", variant, 2))
        .then()
        .statusCode(201)
        .header("Location", matchesPattern("/api/orders/[0-9a-f-]{36}"))
        .header("ETag", "\"1\"")
        .header("X-Request-Id", notNullValue())
        .body("status", equalTo("PENDING"))
        .body("orderNumber", matchesPattern("\\d{6}-[0-9A-Z]{7}"))
        .body("totalAmount", equalTo(3998))
        .body("currency", equalTo("EUR"))
        .body("sellerId", equalTo("s1"))
        .body("isSplit", equalTo(false))
        .body("items", hasSize(1))
        .body("items[0].unitPrice", equalTo(1999))
        .body("items[0].reservationKey", notNullValue());
  }

  @Test
  void splitsAnOrderOfSeveralSellersToTheCent() {
    String tea = newVariant();
    String cup = newVariant();
    offer(tea, "s1", 333, 10);
    offer(cup, "s2", 1000, 10);
    as(TestTokens.service())
        .body(
            """
            {"customerId": "c1", "shippingAmount": 100, "discountAmount": 7, "taxAmount": 11,
             "items": [{"variantId": "%s", "quantity": 1}, {"variantId": "%s", "quantity": 2, "unitPrice": 999, "discountAmount": 98}]}
            """
                .formatted(tea, cup))
        .post("/api/orders")
        .then()
        .statusCode(201)
        .body("isSplit", equalTo(true))
        .body("items", hasSize(0))
        .body("children", hasSize(2))
        .body("itemCount", equalTo(2))
        .body("itemsAmount", equalTo(333 + 1998))
        .body("discountAmount", equalTo(98 + 7))
        .body("totalAmount", equalTo(333 + 1998 - 98 - 7 + 100 + 11))
        .body("children.sum { it.totalAmount }", equalTo(333 + 1998 - 98 - 7 + 100 + 11))
        .body("children[0].sellerId", equalTo("s1"))
        .body("children[1].items[0].unitPrice", equalTo(999));
  }

  @Test
  void refusesMoreThanAHundredItemsAndABodyOfTwoMebibytes() {
    String items = "{\"variantId\": \"v\", \"quantity\": 1},".repeat(101);
    place(
            "c1",
            "{\"customerId\": \"c1\", \"items\": [%s]}"
                .formatted(items.substring(0, items.length() - 1)))
        .then()
        .statusCode(422)
        .body("code", equalTo("validation-failed"))
        .body("errors[0].pointer", equalTo("/items"));
    place("c1", "{\"customerId\": \"" + "c".repeat(2 * 1024 * 1024) + "\"}").then().statusCode(413);
  }

  @Test
  void mergesEqualLines() {
    String variant = newVariant();
    offer(variant, "s1", 100, 10);
    place(
            "c1",
            """
            {"customerId": "c1", "items": [{"variantId": "%1$s", "quantity": 1}, {"variantId": "%1$s", "sellerId": "s1", "quantity": 2}]}
            """
                .formatted(variant))
        .then()
        .statusCode(201)
        .body("items", hasSize(1))
        .body("items[0].quantity", equalTo(3));
  }

  @Test
  void storesOrderTimelineSagaAndMessagesTogether() {
    String variant = newVariant();
    offer(variant, "s1", 100, 10);
    UUID id = Shop.placed("c1", variant, 1);
    assertThat(database.rows("SELECT type, version FROM order_timeline WHERE order_id = ?", id))
        .singleElement()
        .satisfies(row -> assertThat(row).containsEntry("type", "placed"));
    assertThat(database.rows("SELECT step FROM order_sagas WHERE order_id = ?", id))
        .singleElement()
        .satisfies(row -> assertThat(row).containsEntry("step", "RESERVING"));
    try (var reader =
        TestKafka.read(Topic.ORDER_EVENTS, Topic.RESERVATION_COMMANDS, Topic.ORDER_CONTACT)) {
      ReceivedRecord placed =
          reader.await(
              Shop.SOON,
              r ->
                  r.type().equals("io.ordersystem.order.placed.v1")
                      && id.toString().equals(r.key()));
      assertThat(placed.headers())
          .containsEntry("ce_aggregateversion", "1")
          .containsEntry("ce_specversion", "1.0")
          .containsEntry("ce_source", "/order-service")
          .containsEntry("ce_subject", id.toString())
          .containsKey("traceparent")
          .containsKey("ce_dataschema");
      reader.await(
          Shop.SOON,
          r ->
              r.topic().equals(Topic.RESERVATION_COMMANDS.topicName())
                  && id.toString().equals(r.key()));
      reader.await(
          Shop.SOON,
          r -> r.topic().equals(Topic.ORDER_CONTACT.topicName()) && id.toString().equals(r.key()));
    }
  }

  @Test
  void placesOneOrderForFiftyConcurrentRepeats() throws Exception {
    String variant = newVariant();
    offer(variant, "s1", 100, 10);
    String customer = "c-" + UUID.randomUUID();
    String token = TestTokens.customer(customer);
    var calls = new ArrayList<Callable<Response>>();
    for (int i = 0; i < 50; i++) {
      calls.add(() ->
          as(token)
              .header("Idempotency-Key", "\"once\"")
              .body(body(customer, variant, 1))
              .post("/api/orders"));
    }
    var ids = new ArrayList<String>();
    int replayed = 0;
    try (var threads = Executors.newFixedThreadPool(50)) {
      for (var answer : threads.invokeAll(calls)) {
        Response response = answer.get();
        assertThat(response.statusCode()).isEqualTo(201);
        ids.add(response.path("id"));
        replayed += "true".equals(response.header("Idempotency-Replayed")) ? 1 : 0;
      }
    }
    assertThat(ids).hasSize(50).containsOnly(ids.getFirst());
    assertThat(replayed).isEqualTo(49);
    assertThat(database.rows("SELECT id FROM orders WHERE customer_id = ?", customer)).hasSize(1);
    assertThat(
            database.rows(
                "SELECT id FROM outbox WHERE key = ? AND type LIKE '%placed%'", ids.getFirst()))
        .hasSize(1);
  }

  @Test
  void aRepeatIsAnsweredAlsoWhenThePriceHasChangedSince() {
    String variant = newVariant();
    offer(variant, "s1", 100, 10);
    String body =
        """
        {"customerId": "c1", "items": [{"variantId": "%s", "quantity": 1, "expectedUnitPrice": 100}]}
        """
            .formatted(variant);
    String key = UUID.randomUUID().toString();
    String token = TestTokens.customer("c1");
    String first =
        as(token).header("Idempotency-Key", key).body(body).post("/api/orders").path("id");
    offer(variant, "s1", 150, "EUR", 10, 2);
    as(token)
        .header("Idempotency-Key", key)
        .body(body)
        .post("/api/orders")
        .then()
        .statusCode(201)
        .body("id", equalTo(first));
  }

  @Test
  void refusesAKeyUsedForSomethingElse() {
    String variant = newVariant();
    offer(variant, "s1", 100, 10);
    String key = UUID.randomUUID().toString();
    String token = TestTokens.customer("c1");
    as(token).header("Idempotency-Key", key).body(body("c1", variant, 1)).post("/api/orders");
    problem(
        as(token).header("Idempotency-Key", key).body(body("c1", variant, 2)).post("/api/orders"),
        422,
        "idempotency-key-reused");
  }

  @Test
  void keysBelongToTheirCaller() {
    String variant = newVariant();
    offer(variant, "s1", 100, 10);
    String key = UUID.randomUUID().toString();
    String mine =
        as(TestTokens.customer("c1"))
            .header("Idempotency-Key", key)
            .body(body("c1", variant, 1))
            .post("/api/orders")
            .path("id");
    String theirs =
        as(TestTokens.customer("c2"))
            .header("Idempotency-Key", key)
            .body(body("c2", variant, 1))
            .post("/api/orders")
            .path("id");
    assertThat(theirs).isNotEqualTo(mine);
  }

  @Test
  void saysWhatIsWrongAndWhere() {
    problem(place("c1", "{\"customerId\": \"c1\", \"items\": ["), 400, "malformed-request");
    problem(place("c1", ""), 422, "validation-failed");
    problem(
            place(
                "c1",
                "{\"customerId\": \"c1\", \"items\": [{\"variantId\": \"v\", \"quantity\": \"many\"}]}"),
            422,
            "validation-failed")
        .then()
        .body("errors[0].pointer", equalTo("/items/0/quantity"));
    problem(place("c1", "{\"customerId\": \"c1\", \"items\": []}"), 422, "validation-failed")
        .then()
        .body("errors[0].pointer", equalTo("/items"));
    problem(
            place(
                "c1",
                "{\"customerId\": \"c1\", \"items\": [{\"variantId\": \"v v\", \"quantity\": 10001}]}"),
            422,
            "validation-failed")
        .then()
        .body(
            "errors.pointer",
            equalTo(java.util.List.of("/items/0/quantity", "/items/0/variantId")));
    problem(
        as(TestTokens.customer("c1")).contentType("text/plain").body("x").post("/api/orders"),
        415,
        "unsupported-media-type");
    problem(
        as(TestTokens.customer("c1"))
            .header("Idempotency-Key", "k".repeat(256))
            .body(body("c1", "v", 1))
            .post("/api/orders"),
        422,
        "validation-failed");
  }

  @Test
  void neverShowsAClassNameOrAStackTrace() {
    String answer = place("c1", "{\"customerId\": {}, \"items\": 7}").asString();
    assertThat(answer).doesNotContain("io.ordersystem.orders", "Exception", "at line", "jackson");
  }

  @Test
  void refusesWhoeverMayNot() {
    String variant = newVariant();
    offer(variant, "s1", 100, 10);
    problem(
        as("nonsense").body(body("c1", variant, 1)).post("/api/orders"), 401, "unauthenticated");
    problem(
        io.restassured.RestAssured.given()
            .contentType("application/json")
            .body(body("c1", variant, 1))
            .post("/api/orders"),
        401,
        "unauthenticated");
    String expired =
        TestTokens.token(
            "customer", "c1", null, Clock.offset(Clock.systemUTC(), Duration.ofDays(-2)));
    problem(as(expired).body(body("c1", variant, 1)).post("/api/orders"), 401, "unauthenticated");
    problem(
        as(TestTokens.seller("s1")).body(body("c1", variant, 1)).post("/api/orders"),
        403,
        "forbidden");
    problem(place("c2", body("c1", variant, 1)), 403, "forbidden");
    problem(
        place(
            "c1",
            "{\"customerId\": \"c1\", \"shippingAmount\": 0, \"items\": [{\"variantId\": \"%s\", \"quantity\": 1}]}"
                .formatted(variant)),
        422,
        "price-not-allowed");
  }

  @Test
  void asksForTheSellerWhenSeveralOfferIt() {
    String variant = newVariant();
    offer(variant, "s1", 100, 10);
    offer(variant, "s2", 90, 10);
    problem(place("c1", body("c1", variant, 1)), 422, "seller-required")
        .then()
        .body("errors[0].pointer", equalTo("/items/0/sellerId"));
  }

  @Test
  void refusesASecondCurrency() {
    String tea = newVariant();
    String cup = newVariant();
    offer(tea, "s1", 100, "EUR", 10, 1);
    offer(cup, "s1", 100, "USD", 10, 1);
    problem(
        place(
            "c1",
            """
            {"customerId": "c1", "items": [{"variantId": "%s", "quantity": 1}, {"variantId": "%s", "quantity": 1}]}
            """
                .formatted(tea, cup)),
        422,
        "currency-mismatch");
  }

  @Test
  void ignoresASoldOutHintThatNobodyCanConfirm() {
    String variant = newVariant();
    offer(variant, "s1", 100, 0);
    place("c1", body("c1", variant, 1)).then().statusCode(201);
  }

  @Test
  void cannotPriceAnUnknownOfferWhileInventoryServiceIsAway() {
    problem(place("c1", body("c1", newVariant(), 1)), 503, "service-unavailable")
        .then()
        .header("Retry-After", notNullValue());
  }

  @Test
  void waitsNoLongerThanItWasAskedTo() {
    String variant = newVariant();
    offer(variant, "s1", 100, 10);
    as(TestTokens.customer("c1"))
        .header("Prefer", "respond-async, wait=1")
        .body(body("c1", variant, 1))
        .post("/api/orders")
        .then()
        .statusCode(201)
        .header("Preference-Applied", "wait=1")
        .body("status", equalTo("PENDING"));
  }

  private static Response problem(Response response, int status, String code) {
    response
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("code", equalTo(code))
        .body("status", equalTo(status))
        .body("type", equalTo("urn:io.ordersystem:problem:" + code))
        .body("title", notNullValue())
        .body("detail", notNullValue())
        .body("instance", equalTo("/api/orders"));
    return response;
  }
}
