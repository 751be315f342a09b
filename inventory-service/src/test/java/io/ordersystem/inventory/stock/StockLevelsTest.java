package io.ordersystem.inventory.stock;

import static io.ordersystem.inventory.Warehouse.SOON;
import static io.ordersystem.inventory.Warehouse.as;
import static io.ordersystem.inventory.Warehouse.database;
import static io.ordersystem.inventory.Warehouse.offer;
import static io.ordersystem.inventory.Warehouse.offered;
import static io.ordersystem.inventory.Warehouse.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class StockLevelsTest {

  @Test
  void tellsWhenAnOfferBecomesLowRunsOutAndComesBackWithContiguousVersions() {
    String tea = offered(5); // low at 2
    String first = hold(tea, 2);
    hold(tea, 1); // low
    String last = hold(tea, 2); // out
    release(last); // back, and low: one event
    release(first); // enough: nobody is told
    hold(tea, 2); // low again
    try (var reader = TestKafka.read(Topic.STOCK_EVENTS)) {
      var told = reader.await(SOON, 4, r -> (tea + "|s1").equals(r.key()));
      assertThat(told)
          .extracting(r -> r.type() + " " + r.headers().get("ce_aggregateversion"))
          .containsExactly(
              "io.ordersystem.stock.low.v1 1",
              "io.ordersystem.stock.out.v1 2",
              "io.ordersystem.stock.back.v1 3",
              "io.ordersystem.stock.low.v1 4");
      assertThat(told.get(2).json()).contains("\"available\":2", "\"lowStockThreshold\":2");
    }
  }

  @Test
  void aThresholdThatIsRaisedMakesTheOfferLow() {
    String tea = offered(5);
    as(TestTokens.seller("s1"))
        .body(
            "{\"name\": \"Tea\", \"unitPrice\": 1, \"currency\": \"EUR\", \"lowStockThreshold\": 5}")
        .put(path(tea, "s1"))
        .then()
        .statusCode(200);
    try (var reader = TestKafka.read(Topic.STOCK_EVENTS)) {
      assertThat(reader.await(SOON, r -> (tea + "|s1").equals(r.key())).type())
          .isEqualTo("io.ordersystem.stock.low.v1");
    }
  }

  @Test
  void anOfferIsWithdrawnUnlessGoodsAreHeldAndOfferedAgain() {
    String tea = offered(5);
    String held = hold(tea, 1);
    String path = path(tea, "s1");
    as(TestTokens.seller("s1"))
        .delete(path)
        .then()
        .statusCode(409)
        .body("code", equalTo("stock-reserved"));
    release(held);
    as(TestTokens.seller("s2")).delete(path).then().statusCode(404);
    as(TestTokens.customer("c1")).delete(path).then().statusCode(403);
    as(TestTokens.seller("s1")).header("If-Match", "\"1\"").delete(path).then().statusCode(412);
    as(TestTokens.seller("s1")).delete(path).then().statusCode(204);
    as(TestTokens.seller("s1")).delete(path).then().statusCode(404);
    as(TestTokens.seller("s1")).get(path).then().statusCode(404);
    as(TestTokens.service())
        .body(items(tea, 1))
        .post("/api/inventory/reservations")
        .then()
        .statusCode(409)
        .body("code", equalTo("insufficient-stock"));
    try (var reader = TestKafka.read(Topic.STOCK_STATE)) {
      assertThat(
              reader
                  .await(
                      SOON,
                      r ->
                          (tea + "|s1").equals(r.key())
                              && String.valueOf(r.json()).contains("\"deleted\":true"))
                  .json())
          .contains("\"available\":0", "\"onHand\":5");
    }
    as(TestTokens.seller("s1")).body(offer(9)).put(path).then().statusCode(200);
    as(TestTokens.seller("s1")).get(path).then().body("onHand", equalTo(5));
  }

  @Test
  void aSellersOffersAreSearchedByNameVariantAndSku() {
    String seller = "search-" + UUID.randomUUID().toString().substring(0, 8);
    put(seller, "tea-green", "Green Tea", "GT-1");
    put(seller, "tea-black", "Black tea", "BT-1");
    put(seller, "cup", "Cup for 100% of %", "TE-9");
    search(seller, "TEA").body("items.variantId", hasSize(2));
    search(seller, "gt").body("items.variantId", hasSize(1));
    search(seller, "te").body("items.variantId", hasSize(3));
    search(seller, "%").body("items.variantId", hasSize(1));
    as(TestTokens.customer("c1")).get("/api/inventory?search=tea").then().statusCode(422);
  }

  @Test
  void aMovementIsFinal() {
    String tea = offered(5);
    for (String change :
        new String[] {
          "UPDATE stock_movements SET quantity = 6 WHERE variant_id = ?",
          "DELETE FROM stock_movements WHERE variant_id = ?"
        }) {
      assertThatThrownBy(() -> database().execute(change, tea))
          .rootCause()
          .hasMessageContaining("is append-only");
    }
  }

  private static void put(String seller, String variant, String name, String sku) {
    as(TestTokens.seller(seller))
        .body(
            "{\"name\": \"%s\", \"sku\": \"%s\", \"unitPrice\": 1, \"currency\": \"EUR\"}"
                .formatted(name, sku))
        .put(path(variant, seller))
        .then()
        .statusCode(201);
  }

  private static io.restassured.response.ValidatableResponse search(String seller, String text) {
    return as(TestTokens.customer("c1"))
        .queryParam("sellerId", seller)
        .queryParam("search", text)
        .get("/api/inventory")
        .then()
        .statusCode(200);
  }

  private static String hold(String variant, int quantity) {
    return as(TestTokens.service())
        .body(items(variant, quantity))
        .post("/api/inventory/reservations")
        .then()
        .statusCode(201)
        .extract()
        .path("reservationKey");
  }

  private static void release(String key) {
    as(TestTokens.service())
        .post("/api/inventory/reservations/" + key + "/release")
        .then()
        .statusCode(200);
  }

  private static String items(String variant, int quantity) {
    return "{\"items\": [{\"variantId\": \"%s\", \"sellerId\": \"s1\", \"quantity\": %d}]}"
        .formatted(variant, quantity);
  }
}
