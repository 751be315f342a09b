package io.ordersystem.orders.lists;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.as;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.placed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestOutage;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.orders.Shop;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OrderHistoryTest {
  private final String customer = "c-" + UUID.randomUUID();
  private final String variant = newVariant();

  @Test
  void pagesThroughAllOrdersNewestFirstOnTheReplica() {
    offer(variant, "s1", 100, 100);
    var placed = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      placed.add(placed(customer, variant, 1).toString());
    }
    Collections.reverse(placed);
    awaitOnReplica(5);
    var listed = new ArrayList<String>();
    String cursor = null;
    do {
      Response page = list("?limit=2" + (cursor == null ? "" : "&cursor=" + cursor));
      page.then().statusCode(200).header("X-Read-Source", "replica");
      listed.addAll(page.<List<String>>path("items.id"));
      cursor = page.path("nextCursor");
    } while (cursor != null);
    assertThat(listed).isEqualTo(placed);
  }

  @Test
  void showsACustomerNobodyElsesOrders() {
    offer(variant, "s1", 100, 100);
    UUID order = placed(customer, variant, 1);
    awaitOnReplica(1);
    as(TestTokens.customer("stranger"))
        .get("/api/orders/" + order)
        .then()
        .statusCode(404)
        .body("code", equalTo("not-found"));
    as(TestTokens.customer("stranger"))
        .get("/api/orders")
        .then()
        .statusCode(200)
        .body("items", hasSize(0));
    as(TestTokens.customer("stranger"))
        .get("/api/orders?customerId=" + customer)
        .then()
        .statusCode(403);
    as(TestTokens.seller("s1"))
        .get("/api/orders/" + order)
        .then()
        .statusCode(200)
        .body("payment.id", equalTo(null));
    as(TestTokens.seller("s2")).get("/api/orders/" + order).then().statusCode(404);
    as(TestTokens.seller("s1")).get("/api/orders").then().statusCode(403);
    as(TestTokens.operator())
        .get("/api/orders?customerId=" + customer)
        .then()
        .statusCode(200)
        .body("items", hasSize(1));
  }

  @Test
  void findsAnOrderByItsNumber() {
    offer(variant, "s1", 100, 100);
    UUID order = placed(customer, variant, 1);
    String number =
        as(TestTokens.customer(customer)).get("/api/orders/" + order).path("orderNumber");
    as(TestTokens.customer(customer))
        .get("/api/orders/" + number)
        .then()
        .statusCode(200)
        .body("id", equalTo(order.toString()));
    for (String unknown :
        List.of("261122-0000000", "nonsense", UUID.randomUUID().toString(), "999999-0000000")) {
      as(TestTokens.customer(customer)).get("/api/orders/" + unknown).then().statusCode(404);
    }
  }

  @Test
  void saysNotModifiedToWhoeverHasTheVersion() {
    offer(variant, "s1", 100, 100);
    JsonObject order =
        Shop.confirmed(
            TestTokens.customer(customer),
            customer,
            """
            {"customerId": "%s", "items": [{"variantId": "%s", "sellerId": "s1", "quantity": 1}]}
            """
                .formatted(customer, variant));
    String version = "\"" + order.getLong("version") + "\"";
    for (String idOrNumber : List.of(order.getString("id"), order.getString("orderNumber"))) {
      String seller = TestTokens.seller("s1");
      ifNoneMatch(seller, version, idOrNumber).then().statusCode(304).header("ETag", version);
      ifNoneMatch(seller, "\"1\"", idOrNumber).then().statusCode(200).header("ETag", version);
      // What it shows of its payment may change without a version of the order.
      String buyer = TestTokens.customer(customer);
      ifNoneMatch(buyer, version, idOrNumber).then().statusCode(200).header("ETag", version);
    }
  }

  private static Response ifNoneMatch(String token, String version, String idOrNumber) {
    return as(token).header("If-None-Match", version).get("/api/orders/" + idOrNumber);
  }

  @Test
  void refusesFiltersThatMakeNoSense() {
    list("?limit=0").then().statusCode(422).body("code", equalTo("validation-failed"));
    list("?limit=101").then().statusCode(422);
    list("?cursor=abc").then().statusCode(422).body("code", equalTo("invalid-cursor"));
    list("?status=LOST").then().statusCode(422);
    list("?createdFrom=yesterday").then().statusCode(422);
  }

  @Test
  void readsThePrimaryWhileTheReplicaIsAway() {
    offer(variant, "s1", 100, 100);
    placed(customer, variant, 1);
    try (var outage = TestOutage.stopReplica()) {
      list("").then().statusCode(200).header("X-Read-Source", "primary").body("items", hasSize(1));
    }
  }

  @Test
  void theHistoryQueryUsesTheSeedsIndex() {
    String plan =
        String.join(
            "\n",
            TestDatabase.superuserIn("orders")
                .rows(
                    """
                    EXPLAIN SELECT id FROM orders WHERE parent_order_id IS NULL AND deleted_at IS NULL AND customer_id = 'c1'
                    ORDER BY id DESC LIMIT 21
                    """)
                .stream()
                .map(row -> String.valueOf(row.get("QUERY PLAN")))
                .toList());
    assertThat(plan).contains("customer_id_id_idx");
  }

  private Response list(String query) {
    return as(TestTokens.customer(customer)).get("/api/orders" + query);
  }

  private void awaitOnReplica(int count) {
    await()
        .atMost(SOON)
        .until(() ->
            Shop.database()
                    .onReplica()
                    .rows("SELECT id FROM orders WHERE customer_id = ?", customer)
                    .size()
                == count);
  }
}
