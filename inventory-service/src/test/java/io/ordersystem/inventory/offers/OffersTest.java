package io.ordersystem.inventory.offers;

import static io.ordersystem.inventory.Warehouse.SOON;
import static io.ordersystem.inventory.Warehouse.as;
import static io.ordersystem.inventory.Warehouse.database;
import static io.ordersystem.inventory.Warehouse.newVariant;
import static io.ordersystem.inventory.Warehouse.offer;
import static io.ordersystem.inventory.Warehouse.offered;
import static io.ordersystem.inventory.Warehouse.path;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.inventory.Warehouse;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.URL;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@SuppressWarnings("NullAway.Init") // set by Quarkus
class OffersTest {
  @TestHTTPResource(value = "/metrics", management = true)
  URL management;

  @Test
  void makesAnOfferWithItsFirstStockAsAReceipt() {
    String variant = newVariant();
    as(TestTokens.seller("s1"))
        .body(offer(7))
        .put(path(variant, "s1"))
        .then()
        .statusCode(201)
        .header("Location", path(variant, "s1"))
        .header("ETag", "\"1\"")
        .body("onHand", equalTo(7))
        .body("reserved", equalTo(0))
        .body("available", equalTo(7));
    as(TestTokens.seller("s1"))
        .get(path(variant, "s1") + "/movements")
        .then()
        .body("items.type", contains("RECEIPT"))
        .body("items.quantity", contains(7));
  }

  @Test
  void aRepeatedPutCannotUndoWhatWasSoldSince() {
    String variant = offered(7);
    as(TestTokens.seller("s1"))
        .body(offer(99))
        .put(path(variant, "s1"))
        .then()
        .statusCode(200)
        .header("ETag", "\"2\"")
        .body("onHand", equalTo(7));
  }

  @Test
  void tellsTheWorldEachNewState() {
    String variant = offered(3);
    as(TestTokens.seller("s1")).body(offer(0)).put(path(variant, "s1")).then().statusCode(200);
    try (var reader = TestKafka.read(Topic.STOCK_STATE)) {
      var states = reader.await(SOON, 2, r -> (variant + "|s1").equals(r.key()));
      assertThat(states)
          .extracting(state -> state.headers().get("ce_aggregateversion"))
          .containsExactly("1", "2");
      assertThat(states.getFirst().json()).contains("\"available\":3");
    }
  }

  @Test
  void writesOnlyTheVersionThatTheCallerHasSeen() {
    String variant = offered(3);
    as(TestTokens.seller("s1"))
        .header("If-Match", "\"7\"")
        .body(offer(0))
        .put(path(variant, "s1"))
        .then()
        .statusCode(412)
        .body("code", equalTo("version-mismatch"));
    as(TestTokens.seller("s1"))
        .header("If-Match", "\"9\", \"1\"")
        .body(offer(0))
        .put(path(variant, "s1"))
        .then()
        .statusCode(200);
  }

  @Test
  void letsASellerWriteItsOwnOffersOnly() {
    String variant = offered(3);
    as(TestTokens.seller("s2")).body(offer(3)).put(path(variant, "s1")).then().statusCode(404);
    as(TestTokens.seller("s2")).get(path(variant, "s1") + "/movements").then().statusCode(404);
    as(TestTokens.customer("c1")).body(offer(3)).put(path(variant, "s1")).then().statusCode(403);
    as(TestTokens.service()).body(offer(3)).put(path(variant, "s1")).then().statusCode(403);
    as(TestTokens.operator()).body(offer(3)).put(path(variant, "s1")).then().statusCode(200);
    as(TestTokens.customer("c1")).get(path(variant, "s1")).then().statusCode(200);
    as("nonsense")
        .get(path(variant, "s1"))
        .then()
        .statusCode(401)
        .body("code", equalTo("unauthenticated"));
  }

  @Test
  void saysWhatIsWrongAndWhere() {
    as(TestTokens.operator())
        .body("{\"name\": \" \", \"unitPrice\": -1, \"currency\": \"euro\"}")
        .put(path(newVariant(), "s1"))
        .then()
        .statusCode(422)
        .contentType("application/problem+json")
        .body("errors.pointer", contains("/currency", "/name", "/unitPrice"));
    as(TestTokens.operator())
        .body("{\"name\": \"Tea\", \"unitPrice\": 1, \"currency\": \"XQX\"}")
        .put(path(newVariant(), "s1"))
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/currency"));
    as(TestTokens.operator())
        .get(path(newVariant(), "s1"))
        .then()
        .statusCode(404)
        .body("code", equalTo("not-found"));
    as(TestTokens.operator()).get(path("a%20b", "s1")).then().statusCode(404);
  }

  @Test
  void listsASellersOffersPageByPage() {
    String seller = "s-" + UUID.randomUUID();
    for (int i = 0; i < 3; i++) {
      as(TestTokens.seller(seller))
          .body(offer(i))
          .put(path(newVariant(), seller))
          .then()
          .statusCode(201);
    }
    String next =
        as(TestTokens.operator())
            .get("/api/inventory?limit=2&sellerId=" + seller)
            .then()
            .body("items", hasSize(2))
            .extract()
            .path("nextCursor");
    as(TestTokens.operator())
        .get("/api/inventory?limit=2&sellerId=" + seller + "&cursor=" + next)
        .then()
        .body("items", hasSize(1))
        .body("nextCursor", equalTo(null));
    as(TestTokens.operator())
        .get("/api/inventory?limit=2&lowStock=true&sellerId=" + seller)
        .then()
        .body("items", hasSize(2));
    as(TestTokens.operator())
        .get("/api/inventory?limit=2&sellerId=other&cursor=" + next)
        .then()
        .statusCode(422)
        .body("code", equalTo("invalid-cursor"));
  }

  @Test
  void answersTheInventoryCheckInTheOrderOfTheQuestion() {
    String tea = offered(3);
    String unknown = newVariant();
    as(TestTokens.customer("c1"))
        .body(
            """
            {"items": [{"variantId": "%s", "quantity": 1}, {"variantId": "%s", "sellerId": "s1", "quantity": 4}, {"variantId": "%s", "quantity": 3}]}
            """
                .formatted(unknown, tea, tea))
        .post("/api/inventory/availability")
        .then()
        .statusCode(200)
        .body("items.availableQuantity", contains(0, 3, 3))
        .body("items.hasStock", contains(false, false, true));
  }

  @Test
  void movementsNeverGoBelowWhatIsReserved() {
    String variant = offered(5);
    Warehouse.database().execute("UPDATE inventory SET reserved = 4 WHERE variant_id = ?", variant);
    move(variant, "DAMAGE", 2).statusCode(409).body("code", equalTo("insufficient-stock"));
    move(variant, "DAMAGE", 1).statusCode(201).body("quantity", equalTo(-1));
    move(variant, "RECEIPT", -1).statusCode(422);
    move(variant, "ADJUSTMENT", 0).statusCode(422);
    move(variant, "RETURN", 2).statusCode(201);
    assertThat(Warehouse.stock(variant)).containsEntry("on_hand", 6);
    Warehouse.database().execute("UPDATE inventory SET reserved = 0 WHERE variant_id = ?", variant);
  }

  @Test
  void movesOnceForARepeatedRequest() {
    String variant = offered(5);
    for (int i = 0; i < 3; i++) {
      as(TestTokens.seller("s1"))
          .header("Idempotency-Key", "delivery-" + variant)
          .body("{\"type\": \"RECEIPT\", \"quantity\": 10, \"reason\": \"delivery\"}")
          .post(path(variant, "s1") + "/movements")
          .then()
          .statusCode(201);
    }
    assertThat(Warehouse.stock(variant)).containsEntry("on_hand", 15);
  }

  @Test
  void saysThatSomebodyElseIsChangingTheStockInsteadOfWaitingForEver() throws SQLException {
    String variant = offered(5);
    try (Connection other = Warehouse.database().connect();
        PreparedStatement lock =
            other.prepareStatement("SELECT 1 FROM inventory WHERE variant_id = ? FOR UPDATE")) {
      other.setAutoCommit(false);
      lock.setString(1, variant);
      lock.execute();
      as(TestTokens.seller("s1"))
          .header("Idempotency-Key", "locked-" + variant)
          .body("{\"type\": \"RECEIPT\", \"quantity\": 10, \"reason\": \"delivery\"}")
          .post(path(variant, "s1") + "/movements")
          .then()
          .statusCode(409)
          .body("code", equalTo("concurrent-update"));
      other.rollback();
    }
    assertThat(Warehouse.stock(variant)).containsEntry("on_hand", 5);
  }

  private static io.restassured.response.ValidatableResponse move(
      String variant, String type, int quantity) {
    return as(TestTokens.seller("s1"))
        .body(
            "{\"type\": \"%s\", \"quantity\": %d, \"reason\": \"test\"}".formatted(type, quantity))
        .post(path(variant, "s1") + "/movements")
        .then();
  }

  @Test
  void everyOfferIsPublishedAsItIsWhenItsTopicIsWrittenAnew() {
    String tea = offered(7);
    int messages =
        given()
            .post(publication(Topic.STOCK_STATE.topicName()))
            .then()
            .statusCode(200)
            .extract()
            .path("messages");
    assertThat(messages)
        .isEqualTo((int) database().number("SELECT count(*) FROM inventory"))
        .isPositive();
    try (var reader = TestKafka.read(Topic.STOCK_STATE)) {
      assertThat(reader.await(SOON, 2, r -> (tea + "|s1").equals(r.key())))
          .extracting(r -> r.headers().get("ce_aggregateversion"))
          .containsExactly("1", "1");
    }
    given().post(publication("unknown")).then().statusCode(404);
  }

  private URI publication(String topic) {
    return URI.create(
        "http://%s:%d/ops/state-topics/%s/publication"
            .formatted(management.getHost(), management.getPort(), topic));
  }
}
