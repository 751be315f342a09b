package io.ordersystem.inventory.reservation;

import static io.ordersystem.inventory.Warehouse.SOON;
import static io.ordersystem.inventory.Warehouse.as;
import static io.ordersystem.inventory.Warehouse.database;
import static io.ordersystem.inventory.Warehouse.offered;
import static io.ordersystem.inventory.Warehouse.stock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.inventory.ReleaseStock;
import io.ordersystem.contracts.inventory.ReserveStock;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ReservationsResourceTest {
  private static final String PATH = "/api/inventory/reservations";

  @Test
  void holdsExtendsCommitsInPartsAndReleasesAndSaysSo() {
    String tea = offered(10);
    String key = key();
    hold(hold(key, 600, item(tea, 2), item(tea, 2)))
        .statusCode(201)
        .header("Location", PATH + "/" + key)
        .header("ETag", "\"1\"")
        .body("status", equalTo("ACTIVE"))
        .body("items.size()", equalTo(1))
        .body("items[0].quantity", equalTo(4))
        .body("expiresAt", notNullValue());
    assertThat(stock(tea)).containsEntry("reserved", 4);
    post(key + "/extension", "{\"ttlSeconds\": 1200}").statusCode(200).header("ETag", "\"2\"");
    post(key + "/commitment", commitment("parcel-1", item(tea, 3)))
        .statusCode(200)
        .body("status", equalTo("ACTIVE"))
        .body("items[0].committedQuantity", equalTo(3));
    post(key + "/commitment", commitment("parcel-1", item(tea, 3)))
        .statusCode(200)
        .body("version", equalTo(3));
    post(key + "/release", "").statusCode(200).body("status", equalTo("RELEASED"));
    assertThat(stock(tea)).containsEntry("reserved", 0).containsEntry("on_hand", 7);
    as(service()).get(PATH + "/" + key).then().statusCode(200).header("ETag", "\"4\"");
    as(service()).header("If-None-Match", "\"4\"").get(PATH + "/" + key).then().statusCode(304);
    try (var reader = TestKafka.read(Topic.RESERVATION_EVENTS)) {
      assertThat(reader.await(SOON, 4, r -> key.equals(r.key())))
          .extracting(r -> r.type() + " " + r.headers().get("ce_aggregateversion"))
          .containsExactly(
              "io.ordersystem.reservation.reserved.v1 1",
              "io.ordersystem.reservation.extended.v1 2",
              "io.ordersystem.reservation.committed.v1 3",
              "io.ordersystem.reservation.released.v1 4");
    }
    assertThat(
            database()
                .rows(
                    "SELECT type, quantity, reason, reference, actor FROM stock_movements WHERE variant_id = ? ORDER BY id DESC LIMIT 1",
                    tea)
                .getFirst())
        .containsEntry("type", "SHIPMENT")
        .containsEntry("quantity", -3)
        .containsEntry("reason", "taken")
        .containsEntry("reference", "parcel-1")
        .containsEntry("actor", "checkout");
  }

  @Test
  void commitsEverythingThatIsStillHeld() {
    String tea = offered(10);
    String cup = offered(10);
    String key = key();
    hold(hold(key, 600, item(tea, 2), item(cup, 3))).statusCode(201);
    post(key + "/commitment", "").statusCode(200).body("status", equalTo("COMMITTED"));
    assertThat(stock(tea)).containsEntry("on_hand", 8).containsEntry("reserved", 0);
    assertThat(stock(cup)).containsEntry("on_hand", 7).containsEntry("reserved", 0);
    post(key + "/commitment", "").statusCode(409).body("code", equalTo("illegal-transition"));
  }

  @Test
  void refusesWithTheShortLinesAndHoldsNothing() {
    String tea = offered(3);
    String cup = offered(1);
    String key = key();
    hold(hold(key, 600, item(tea, 2), item(cup, 2)))
        .statusCode(409)
        .body("code", equalTo("insufficient-stock"))
        .body("errors.size()", equalTo(1))
        .body("errors[0].pointer", equalTo("/items/1"))
        .body("errors[0].message", containsString("available 1"));
    assertThat(stock(tea)).containsEntry("reserved", 0);
    as(service()).get(PATH + "/" + key).then().statusCode(404);
    hold(hold(key, 600, item(tea, 2))).statusCode(201);
  }

  @Test
  void theSameKeyIsTheSameReservationAndOtherItemsAreRefused() {
    String tea = offered(10);
    String key = key();
    hold(hold(key, 600, item(tea, 2))).statusCode(201).header("ETag", "\"1\"");
    hold(hold(key, 600, item(tea, 2))).statusCode(201).header("ETag", "\"1\"");
    hold(hold(key, 600, item(tea, 3)))
        .statusCode(422)
        .body("code", equalTo("reservation-key-reused"));
    assertThat(stock(tea)).containsEntry("reserved", 2);
    post(key + "/release", "").statusCode(200);
    hold(hold(key, 600, item(tea, 2))).statusCode(409).body("code", equalTo("illegal-transition"));
  }

  @Test
  void anIdempotencyKeyGivesTheFirstAnswerAgainAndARefusalIsForgotten() {
    String tea = offered(2);
    String idempotency = UUID.randomUUID().toString();
    String body = "{\"items\": [" + item(tea, 2) + "]}";
    String first = keyed(idempotency, body).then().statusCode(201).extract().path("reservationKey");
    keyed(idempotency, body)
        .then()
        .statusCode(201)
        .header("Idempotency-Replayed", "true")
        .body("reservationKey", equalTo(first));
    keyed(idempotency, "{\"items\": [" + item(tea, 1) + "]}")
        .then()
        .statusCode(422)
        .body("code", equalTo("idempotency-key-reused"));
    String refused = UUID.randomUUID().toString();
    keyed(refused, body).then().statusCode(409);
    post(first + "/release", "").statusCode(200);
    keyed(refused, body).then().statusCode(201);
    keyed(idempotency, body).then().statusCode(201).header("Idempotency-Replayed", "true");
  }

  @Test
  void changesOnlyTheVersionThatTheCallerMeans() {
    String tea = offered(2);
    String key = key();
    hold(hold(key, 600, item(tea, 2))).statusCode(201);
    as(service())
        .header("If-Match", "\"7\"")
        .post(PATH + "/" + key + "/release")
        .then()
        .statusCode(412);
    as(service())
        .header("If-Match", "\"7\", \"1\"")
        .post(PATH + "/" + key + "/release")
        .then()
        .statusCode(200);
  }

  @Test
  void refusesBadInputClearly() {
    String tea = offered(2);
    hold("{\"items\": []}").statusCode(422).body("errors[0].pointer", equalTo("/items"));
    hold("{\"items\": [{\"variantId\": \"a b\", \"sellerId\": \"s1\", \"quantity\": 0}]}")
        .statusCode(422);
    hold(hold("no key/", 600, item(tea, 1))).statusCode(422);
    hold(hold(key(), 0, item(tea, 1))).statusCode(422);
    hold(hold(key(), 86_401, item(tea, 1))).statusCode(422);
    hold("{").statusCode(400);
    post("never-made/release", "").statusCode(404);
    post("no key/release", "").statusCode(404);
    post("never-made/extension", "{\"ttlSeconds\": 60}").statusCode(404);
    String key = key();
    hold(hold(key, 600, item(tea, 1))).statusCode(201);
    post(key + "/commitment", commitment("p1", item(tea, 2)))
        .statusCode(409)
        .body("code", equalTo("illegal-transition"));
    post(key + "/commitment", commitment("not a reference", item(tea, 1))).statusCode(422);
    hold(hold(key(), 600, item("unknown", 1)))
        .statusCode(409)
        .body("errors[0].message", containsString("available 0"));
    as(TestTokens.customer("c1"))
        .body(hold(key(), 600, item(tea, 1)))
        .post(PATH)
        .then()
        .statusCode(403);
    as(TestTokens.seller("s1")).get(PATH + "/" + key).then().statusCode(403);
  }

  @Test
  void givesTheGoodsBackWhenTheTimeIsUpAndSaysSo() {
    String tea = offered(2);
    String key = key();
    hold(hold(key, 1, item(tea, 2))).statusCode(201);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> as(service()).get(PATH + "/" + key).then().body("status", equalTo("EXPIRED")));
    assertThat(stock(tea)).containsEntry("reserved", 0);
    post(key + "/extension", "{\"ttlSeconds\": 60}")
        .statusCode(409)
        .body("code", equalTo("illegal-transition"));
    try (var reader = TestKafka.read(Topic.RESERVATION_EVENTS)) {
      assertThat(reader.await(SOON, 2, r -> key.equals(r.key())).getLast().type())
          .isEqualTo(EventType.RESERVATION_EXPIRED.ceType());
    }
  }

  @Test
  void aRequestThatComesUpShortEndsWhatIsDueFirst() {
    String tea = offered(2);
    String key = key();
    hold(hold(key, 600, item(tea, 2))).statusCode(201);
    makeDue(key);
    hold(hold(key(), 600, item(tea, 2))).statusCode(201);
    as(service()).get(PATH + "/" + key).then().body("status", equalTo("EXPIRED"));
    assertThat(stock(tea)).containsEntry("reserved", 2);
  }

  /** Whether the sweeper or the next request is first: the goods must be there. */
  private static void makeDue(String key) {
    database()
        .execute(
            """
            WITH lines AS (
              UPDATE inventory_reservations SET expires_at = now() - interval '1 second' WHERE group_key = ?)
            UPDATE reservations SET expires_at = now() - interval '1 second' WHERE key = ?
            """,
            key,
            key);
  }

  @Test
  void anOrdersReservationIsNotTheirsAndTheirsIsNoOrders() {
    String tea = offered(10);
    String order = UUID.randomUUID().toString();
    command(
        EventType.RESERVE_STOCK,
        order,
        new ReserveStock(order, List.of(new ReserveStock.Line(order + "-1", tea, "s1", 3))));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> as(service()).get(PATH + "/" + order).then().body("status", equalTo("ACTIVE")));
    post(order + "/release", "").statusCode(409).body("code", equalTo("illegal-transition"));
    post(order + "/extension", "{\"ttlSeconds\": 60}").statusCode(409);
    post(order + "/commitment", "").statusCode(409);
    hold(hold(order, 600, item(tea, 3)))
        .statusCode(422)
        .body("code", equalTo("reservation-key-reused"));
    String theirs = key();
    hold(hold(theirs, 600, item(tea, 1))).statusCode(201);
    command(EventType.RELEASE_STOCK, theirs, ReleaseStock.all(theirs, "EXPIRED"));
    await()
        .atMost(SOON)
        .until(() ->
            !database().rows("SELECT 1 FROM parked_messages WHERE key = ?", theirs).isEmpty());
    assertThat(stock(tea)).containsEntry("reserved", 4);
  }

  @Test
  void manyAtOnceHoldExactlyWhatThereIsAndNobodyGetsAnythingElse()
      throws ExecutionException, InterruptedException {
    String tea = offered(40);
    var statuses = new ArrayList<CompletableFuture<Integer>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 150; i++) {
        String body = hold(key(), 600, item(tea, 1));
        statuses.add(
            CompletableFuture.supplyAsync(
                () -> as(service()).body(body).post(PATH).statusCode(), threads));
      }
    }
    int held = 0;
    for (var status : statuses) {
      assertThat(status.get()).isIn(201, 409);
      held += status.get() == 201 ? 1 : 0;
    }
    assertThat(held).isEqualTo(40);
    assertThat(stock(tea)).containsEntry("reserved", 40);
  }

  @Test
  void oneOfTwentyConcurrentRepeatsHoldsAndAllGetTheSameAnswer()
      throws ExecutionException, InterruptedException {
    String tea = offered(40);
    String key = key();
    var bodies = new ArrayList<CompletableFuture<String>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        bodies.add(
            CompletableFuture.supplyAsync(
                () ->
                    as(service())
                        .body(hold(key, 600, item(tea, 2)))
                        .post(PATH)
                        .then()
                        .statusCode(201)
                        .extract()
                        .asString(),
                threads));
      }
    }
    String first = bodies.getFirst().get();
    for (var body : bodies) {
      assertThat(body.get()).isEqualTo(first);
    }
    assertThat(stock(tea)).containsEntry("reserved", 2);
  }

  /** As another process would be faster: its row is there when ours looks again. */
  @Test
  void aKeyThatAnotherTransactionTakesAtTheSameMomentIsSeenWhenTheBatchRunsAgain()
      throws SQLException, ExecutionException, InterruptedException {
    String tea = offered(10);
    String key = key();
    CompletableFuture<Integer> status;
    try (Connection other = database().connect();
        PreparedStatement insert =
            other.prepareStatement(
                "INSERT INTO reservations (key, status, version, created_at, updated_at) VALUES (?, 'RELEASED', 1, now(), now())");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      other.setAutoCommit(false);
      insert.setString(1, key);
      insert.executeUpdate();
      status =
          CompletableFuture.supplyAsync(
              () -> as(service()).body(hold(key, 600, item(tea, 2))).post(PATH).statusCode(),
              threads);
      await()
          .atMost(SOON)
          .until(() ->
              database()
                      .number(
                          "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO reservations%'")
                  > 0);
      other.commit();
      assertThat(status.get()).isEqualTo(422); // an order's, as it turns out
    }
    assertThat(stock(tea)).containsEntry("reserved", 0);
  }

  @Test
  void aRowThatSomebodyElseLocksHoldsItsBatchUpForFiveSecondsAndNoLonger()
      throws SQLException, ExecutionException, InterruptedException {
    String tea = offered(10);
    String cup = offered(10);
    try (Connection other = database().connect();
        PreparedStatement lock =
            other.prepareStatement("SELECT 1 FROM inventory WHERE variant_id = ? FOR UPDATE");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      other.setAutoCommit(false);
      lock.setString(1, tea);
      lock.execute();
      var stuck = new ArrayList<CompletableFuture<Response>>();
      for (int i = 0; i < 8; i++) {
        stuck.add(
            CompletableFuture.supplyAsync(
                () -> as(service()).body(hold(key(), 600, item(tea, 1))).post(PATH), threads));
      }
      for (var one : stuck) {
        assertThat(one.get().time()).isLessThan(12_000);
        assertThat(one.get().statusCode()).isIn(409, 503);
      }
      hold(hold(key(), 600, item(cup, 1))).statusCode(201);
      other.rollback();
    }
    hold(hold(key(), 600, item(tea, 1))).statusCode(201);
    assertThat(stock(tea)).containsEntry("reserved", 1);
  }

  private static void command(EventType type, String key, Record data) {
    TestEvents.publish(type, key, key, 0, data);
  }

  private static String key() {
    return "cart-" + UUID.randomUUID();
  }

  private static String item(String variant, int quantity) {
    return "{\"variantId\": \"%s\", \"sellerId\": \"s1\", \"quantity\": %d}"
        .formatted(variant, quantity);
  }

  private static String hold(String key, int seconds, String... items) {
    return "{\"reservationKey\": \"%s\", \"ttlSeconds\": %d, \"items\": [%s]}"
        .formatted(key, seconds, String.join(",", items));
  }

  private static String commitment(String reference, String... items) {
    return "{\"reference\": \"%s\", \"items\": [%s]}".formatted(reference, String.join(",", items));
  }

  private static ValidatableResponse hold(String body) {
    return as(service()).body(body).post(PATH).then();
  }

  private static ValidatableResponse post(String path, String body) {
    var request = as(service());
    return (body.isEmpty() ? request : request.body(body)).post(PATH + "/" + path).then();
  }

  private static Response keyed(String idempotencyKey, String body) {
    return as(service()).header("Idempotency-Key", idempotencyKey).body(body).post(PATH);
  }

  private static String service() {
    return TestTokens.service();
  }
}
