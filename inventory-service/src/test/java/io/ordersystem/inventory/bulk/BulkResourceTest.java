package io.ordersystem.inventory.bulk;

import static io.ordersystem.inventory.Warehouse.as;
import static io.ordersystem.inventory.Warehouse.database;
import static io.ordersystem.inventory.Warehouse.offer;
import static io.ordersystem.inventory.Warehouse.offered;
import static io.ordersystem.inventory.Warehouse.path;
import static io.ordersystem.inventory.Warehouse.stock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.Collections;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class BulkResourceTest {
  private static final String PATH = "/api/inventory/bulk";

  @Test
  void writesCountsAndDifferencesAndAnswersEachRow() {
    String tea = offered(10);
    String cup = offered(5);
    String jar = offered(7);
    bulk(row(tea, "\"onHand\": 12"), row(cup, "\"delta\": -2"), row(jar, "\"onHand\": 7"))
        .statusCode(200)
        .body("results.outcome", contains("APPLIED", "APPLIED", "UNCHANGED"))
        .body("results.onHand", contains(12, 3, 7));
    assertThat(stock(tea)).containsEntry("on_hand", 12).containsEntry("version", 2L);
    assertThat(stock(jar)).containsEntry("version", 1L);
    assertThat(
            database()
                .rows(
                    "SELECT type, quantity, reason, actor FROM stock_movements WHERE variant_id = ? ORDER BY id DESC LIMIT 1",
                    cup)
                .getFirst())
        .containsEntry("type", "ADJUSTMENT")
        .containsEntry("quantity", -2)
        .containsEntry("reason", "bulk write");
  }

  @Test
  void refusesOneRowAndAppliesItsNeighbours() {
    String tea = offered(10);
    String held = offered(5);
    as(TestTokens.service())
        .body(
            "{\"items\": [{\"variantId\": \"%s\", \"sellerId\": \"s1\", \"quantity\": 4}]}"
                .formatted(held))
        .post("/api/inventory/reservations")
        .then()
        .statusCode(201);
    bulk(
            row(tea, "\"onHand\": 1, \"compareOnHand\": 9"),
            row(held, "\"onHand\": 3"),
            row("unknown-variant", "\"delta\": 1"),
            row(tea, "\"delta\": 1, \"compareOnHand\": 10"))
        .statusCode(200)
        .body("results.outcome", contains("REFUSED", "REFUSED", "REFUSED", "APPLIED"))
        .body("results.code", contains("compare-failed", "insufficient-stock", "not-found", null))
        .body("results[1].available", equalTo(1));
    assertThat(stock(tea)).containsEntry("on_hand", 11);
    assertThat(stock(held)).containsEntry("on_hand", 5);
  }

  @Test
  void anOldCountCannotOverwriteANewerMovement() {
    String tea = offered(10);
    Instant counted = Instant.now();
    as(TestTokens.seller("s1"))
        .body("{\"type\": \"RECEIPT\", \"quantity\": 5, \"reason\": \"delivery\"}")
        .post(path(tea, "s1") + "/movements")
        .then()
        .statusCode(201);
    bulk(row(tea, "\"onHand\": 10, \"asOf\": \"" + counted + "\""))
        .body("results[0].code", equalTo("stale"))
        .body("results[0].onHand", equalTo(15));
    bulk(row(tea, "\"onHand\": 14, \"asOf\": \"" + Instant.now() + "\""))
        .body("results[0].outcome", equalTo("APPLIED"));
    assertThat(stock(tea)).containsEntry("on_hand", 14);
  }

  @Test
  void appliesRowsOfOneOfferInTheirOrderAndKeepsEachMovement() {
    String tea = offered(10);
    bulk(row(tea, "\"delta\": 5"), row(tea, "\"delta\": -5"), row(tea, "\"onHand\": 10"))
        .body("results.outcome", contains("APPLIED", "APPLIED", "UNCHANGED"));
    assertThat(stock(tea)).containsEntry("on_hand", 10).containsEntry("version", 1L);
    assertThat(database().number("SELECT count(*) FROM stock_movements WHERE variant_id = ?", tea))
        .isEqualTo(3);
  }

  @Test
  void aRepeatChangesNothingAndAnotherSellersOffersAreUnknown() {
    String tea = offered(10);
    String key = UUID.randomUUID().toString();
    for (int i = 0; i < 2; i++) {
      as(TestTokens.seller("s1"))
          .header("Idempotency-Key", key)
          .body("[" + row(tea, "\"delta\": 1") + "]")
          .post(PATH)
          .then()
          .statusCode(200);
    }
    assertThat(stock(tea)).containsEntry("on_hand", 11);
    as(TestTokens.seller("s2"))
        .body("[" + row(tea, "\"delta\": 1") + "]")
        .post(PATH)
        .then()
        .statusCode(200)
        .body("results[0].code", equalTo("not-found"));
    as(TestTokens.operator())
        .body("[" + row(tea, "\"delta\": 1") + "]")
        .post(PATH)
        .then()
        .body("results[0].outcome", equalTo("APPLIED"));
    as(TestTokens.customer("c1")).body("[]").post(PATH).then().statusCode(403);
  }

  @Test
  void refusesBadInputClearly() {
    bulk(row("tea", "\"onHand\": 1, \"delta\": 1"))
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/0"));
    bulk(row("tea", "\"compareOnHand\": 1")).statusCode(422);
    bulk(row("tea", "\"onHand\": -1"))
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/0/onHand"));
    bulk(row("tea", "\"delta\": 1, \"reason\": \"a\\u0000\""))
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/0/reason"));
    bulk().statusCode(422);
    bulk(Collections.nCopies(1_001, row("tea", "\"delta\": 1")).toArray(String[]::new))
        .statusCode(422);
  }

  @Test
  void writesAThousandOffersAtOnce() {
    String seller = "bulk-" + UUID.randomUUID().toString().substring(0, 8);
    String last = "";
    for (int i = 0; i < 3; i++) {
      last = "many-" + i;
      as(TestTokens.seller(seller)).body(offer(0)).put(path(last, seller)).then().statusCode(201);
    }
    var rows = new String[1_000];
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          "{\"variantId\": \"many-%d\", \"sellerId\": \"%s\", \"delta\": 1}"
              .formatted(i % 3, seller);
    }
    as(TestTokens.seller(seller))
        .body("[" + String.join(",", rows) + "]")
        .post(PATH)
        .then()
        .statusCode(200)
        .body("results.size()", equalTo(1_000));
    as(TestTokens.seller(seller))
        .get(path(last, seller))
        .then()
        .body("onHand", equalTo(333))
        .body("version", equalTo(2));
  }

  private static String row(String variant, String rest) {
    return "{\"variantId\": \"%s\", \"sellerId\": \"s1\", %s}".formatted(variant, rest);
  }

  private static ValidatableResponse bulk(String... rows) {
    return as(TestTokens.seller("s1")).body("[" + String.join(",", rows) + "]").post(PATH).then();
  }
}
