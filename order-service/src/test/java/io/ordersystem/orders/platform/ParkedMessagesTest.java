package io.ordersystem.orders.platform;

import static io.ordersystem.orders.Shop.SOON;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.inventory.StockState;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.orders.Shop;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URL;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Messages that cannot be processed wait with their key, in order, until somebody decides; whatever
 * else comes flows. A trigger plays the handler with a bug, and notes what took effect.
 */
@QuarkusTest
class ParkedMessagesTest {
  private static final String CONSUMER = "stock-state";
  private final TestDatabase database = Shop.database();
  private final String variant = Shop.newVariant();
  private final String key = variant + "|s1";

  @TestHTTPResource(value = "/metrics", management = true)
  URL management;

  @BeforeEach
  void noteWhatTakesEffect() {
    database.execute(
        """
        CREATE TABLE IF NOT EXISTS test_effects (variant text, version bigint, position serial);
        CREATE TABLE IF NOT EXISTS test_bugs (variant text, version bigint);
        CREATE OR REPLACE FUNCTION test_effect() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF EXISTS (SELECT FROM test_bugs b WHERE b.variant = NEW.variant_id AND b.version = NEW.version) THEN
            RAISE 'the handler has a bug';
          END IF;
          INSERT INTO test_effects (variant, version) VALUES (NEW.variant_id, NEW.version);
          RETURN NEW;
        END $$;
        CREATE OR REPLACE TRIGGER test_effect BEFORE INSERT ON offers FOR EACH ROW EXECUTE FUNCTION test_effect();
        """);
  }

  @AfterEach
  void cleanUp() {
    database.execute("DROP TRIGGER IF EXISTS test_effect ON offers");
    database.execute("DELETE FROM test_bugs");
  }

  @Test
  void aHandlerBugHoldsItsKeyUntilItIsFixed() {
    Shop.offer(variant, "s1", 100, 10);
    bug(2);
    UUID second = publish(2);
    publish(3);
    publish(second, 2); // A relay that took over sends it again.
    String other = Shop.newVariant();
    Shop.offer(other, "s1", 100, 10);
    awaitParked(2);
    ops()
        .get("/ops/parked?consumer=" + CONSUMER)
        .then()
        .statusCode(200)
        .body("keys.find { it.key == '%s' }.messages".formatted(key), equalTo(2))
        .body(
            "keys.find { it.key == '%s' }.reason".formatted(key),
            containsString("the handler has a bug"))
        .body(
            "keys.find { it.key == '%s' }.type".formatted(key),
            equalTo(EventType.STOCK_CHANGED.ceType()));
    ops()
        .get("/ops/parked/messages?values=true&consumer=" + CONSUMER + "&key={key}", key)
        .then()
        .statusCode(200)
        .body("reason", hasItem("behind a parked message"))
        .body("value[0]", containsString(variant));

    redrive().body("redriven", equalTo(0)).body("refused.key", equalTo(List.of(key)));
    assertThat(database.number("SELECT attempts FROM parked_keys WHERE key = ?", key)).isEqualTo(1);
    assertThat(effects()).containsExactly(1L);

    database.execute("DELETE FROM test_bugs");
    redrive().body("redriven", equalTo(2)).body("refused", hasSize(0));
    publish(4);
    awaitEffects(1, 2, 3, 4);
    assertThat(parked()).isZero();
    assertThat(database.number("SELECT count(*) FROM parked_keys WHERE key = ?", key)).isZero();
  }

  /** What cannot be read waits, too, until it is given up; nothing behind it is lost. */
  @ParameterizedTest
  @CsvSource({
    "io.ordersystem.stock.changed.v1, '\u0001\u0002', no JSON",
    "io.ordersystem.stock.changed.v1, '{\"variantId\": \"v\"}', violates its schema",
    "io.ordersystem.stock.changed.v2, '{}', version that this release does not know",
    "io.ordersystem.payment.void.v1, '{}', does not belong on",
    ", '{}', no header ce_type"
  })
  void whatCannotBeReadIsDiscardedWithAReason(@Nullable String type, String json, String reason) {
    Map<String, String> headers = new HashMap<>();
    headers.put("ce_specversion", "1.0");
    headers.put("ce_id", UUID.randomUUID().toString());
    headers.put("ce_subject", key);
    headers.put("ce_time", "2026-11-22T10:00:00Z");
    if (type != null) {
      headers.put("ce_type", type);
    }
    TestKafka.publish(Topic.STOCK_STATE, key, headers, json);
    publish(1);
    publish(2);
    awaitParked(3);
    redrive().body("redriven", equalTo(0)).body("refused[0].key", equalTo(key));
    String id =
        ops()
            .get("/ops/parked/messages?consumer=" + CONSUMER + "&key={key}", key)
            .then()
            .body(
                "reason[0]",
                reason.equals("no JSON") ? containsString("stock.changed") : containsString(reason))
            .extract()
            .path("[0].id");
    ops().post("/ops/parked/discard?id=" + id).then().statusCode(422);
    ops().post("/ops/parked/discard?reason=x&id=" + id).then().statusCode(204);
    ops().post("/ops/parked/discard?reason=x&id=" + id).then().statusCode(404);
    assertThat(
            database.number(
                "SELECT count(*) FROM discarded_messages WHERE id = ?::uuid AND discard_reason = 'x'",
                id))
        .isEqualTo(1);
    assertThat(effects()).isEmpty();
    redrive().body("redriven", equalTo(2));
    awaitEffects(1, 2);
  }

  /**
   * The consumer puts messages behind a key while it is being freed: none overtakes, none stays.
   */
  @Test
  void nothingIsLeftBehindByARedriveUnderTraffic() throws Exception {
    var over = new AtomicBoolean();
    int versions = 240;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // Two of them, for redrives of one key take turns.
      threads.submit(() -> redriveUntil(over));
      threads.submit(() -> redriveUntil(over));
      try {
        for (int version = 1; version <= versions; version++) {
          publishOneInTwelveWithABug(version);
        }
        await().atMost(SOON).until(() -> effects().size() == versions);
      } finally {
        over.set(true);
      }
    }
    assertThat(effects()).isEqualTo(LongStream.rangeClosed(1, versions).boxed().toList());
    assertThat(database.number("SELECT count(*) FROM parked_keys WHERE key = ?", key)).isZero();
  }

  private void publishOneInTwelveWithABug(int version) {
    if (version % 12 != 1) {
      publish(version);
      return;
    }
    bug(version);
    publish(version);
    await().atMost(SOON).until(() -> parked() == 1);
    database.execute("DELETE FROM test_bugs");
  }

  private void redriveUntil(AtomicBoolean over) {
    while (!over.get()) {
      ops().post("/ops/parked/redrive?consumer=" + CONSUMER + "&key={key}", key);
    }
  }

  @Test
  void whatIsAskedWronglyIsRefused() {
    ops().get("/ops/parked?consumer=nobody").then().statusCode(404);
    ops().get("/ops/parked?limit=0").then().statusCode(422);
    ops().get("/ops/parked?limit=x").then().statusCode(422);
    ops().get("/ops/parked/messages?consumer=" + CONSUMER).then().statusCode(422);
    ops().post("/ops/parked/redrive").then().statusCode(422);
    ops().post("/ops/parked/redrive?consumer=nobody").then().statusCode(404);
    ops().post("/ops/parked/discard?reason=x&id=1").then().statusCode(422);
    ops()
        .post("/ops/parked/discard?reason=4242+4242+4242+4242&id=" + UUID.randomUUID())
        .then()
        .statusCode(422)
        .body("code", equalTo("card-number-not-allowed"))
        .body("detail", equalTo("/reason must not hold a card number"))
        .body("errors[0].pointer", equalTo("/reason"));
    redrive().body("redriven", equalTo(0)).body("refused", hasSize(0));
  }

  @Test
  void howMuchIsParkedIsAMetric() {
    bug(1);
    publish(1);
    awaitParked(1);
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(ops().get("/q/metrics").asString())
                .containsPattern("inbox_parked_keys\\{.*consumer=\"stock-state\".*\\} [1-9]")
                .containsPattern("inbox_parked_messages\\{.*consumer=\"stock-state\".*\\} [1-9]")
                .containsPattern("inbox_parked_keys\\{.*consumer=\"payment-events\".*\\} 0"));
    database.execute("DELETE FROM test_bugs");
    redrive().body("redriven", equalTo(1));
  }

  @Test
  void aProjectionIsRebuiltFromItsTopicBesideItsConsumer() {
    Shop.offer(variant, "s1", 100, 10);
    String deleted = Shop.newVariant();
    Shop.offer(deleted, "s1", 200, 20);
    // What other tests have left behind is put right first.
    ops().post("/ops/projections/offers/rebuild").then().statusCode(200);
    database.execute(
        "UPDATE offers SET unit_price = 1, version = 999 WHERE variant_id = '%s'"
            .formatted(variant));
    database.execute("DELETE FROM offers WHERE variant_id = '%s'".formatted(deleted));
    database.execute("INSERT INTO offers VALUES ('bogus', 's1', 'Bogus', 1, 'EUR', 1, false, 1)");
    Response rebuilt = ops().post("/ops/projections/offers/rebuild");
    rebuilt.then().statusCode(200);
    assertThat(rebuilt.jsonPath().getLong("changed")).isEqualTo(3);
    assertThat(
            database.rows(
                "SELECT variant_id, unit_price, available, version FROM offers WHERE variant_id IN (?, ?, 'bogus') ORDER BY unit_price",
                variant,
                deleted))
        .extracting(row ->
            "%s %s %s %s"
                .formatted(
                    row.get("variant_id"),
                    row.get("unit_price"),
                    row.get("available"),
                    row.get("version")))
        .containsExactly(variant + " 100 10 1", deleted + " 200 20 1");
    Shop.offer(variant, "s1", 300, "EUR", 30, 2);
    // The schema allows a NUL, the database does not: parked by the consumer, passed over here.
    String odd = Shop.newVariant();
    Shop.offer(odd, "s1", 400, "EUR", 40, 1);
    TestEvents.publish(
        EventType.STOCK_CHANGED,
        odd + "|s1",
        odd + "|s1",
        2,
        new StockState(odd, "s1", null, "a\0b", 500, "EUR", 10, 0, 10, null, false));
    await()
        .atMost(SOON)
        .until(() ->
            database.number("SELECT count(*) FROM parked_keys WHERE key = ?", odd + "|s1") == 1);
    assertThat(ops().post("/ops/projections/offers/rebuild").jsonPath().getLong("unreadable"))
        .isPositive();
    assertThat(database.number("SELECT unit_price FROM offers WHERE variant_id = ?", odd))
        .isEqualTo(400);
    ops()
        .post("/ops/projections/offers/rebuild")
        .then()
        .statusCode(200)
        .body("changed", equalTo(0));
    ops().post("/ops/projections/nothing/rebuild").then().statusCode(404);
  }

  private void bug(long version) {
    database.execute("INSERT INTO test_bugs VALUES ('%s', %d)".formatted(variant, version));
  }

  private UUID publish(long version) {
    UUID id = TestEvents.newId();
    publish(id, version);
    return id;
  }

  private void publish(UUID id, long version) {
    TestEvents.publish(
        id,
        EventType.STOCK_CHANGED,
        key,
        key,
        version,
        new StockState(variant, "s1", null, "Tea", 100, "EUR", 10, 0, 10, null, false));
  }

  private io.restassured.response.ValidatableResponse redrive() {
    return ops()
        .post("/ops/parked/redrive?consumer=" + CONSUMER + "&key={key}", key)
        .then()
        .statusCode(200);
  }

  private long parked() {
    return database.number("SELECT count(*) FROM parked_messages WHERE key = ?", key);
  }

  private void awaitParked(long count) {
    await().atMost(SOON).until(() -> parked() == count);
  }

  private List<Long> effects() {
    return database
        .rows("SELECT version FROM test_effects WHERE variant = ? ORDER BY position", variant)
        .stream()
        .map(row -> (Long) row.get("version"))
        .toList();
  }

  private void awaitEffects(Long... versions) {
    await().atMost(SOON).untilAsserted(() -> assertThat(effects()).containsExactly(versions));
  }

  private void awaitEffects(int... versions) {
    awaitEffects(java.util.Arrays.stream(versions).mapToObj(Long::valueOf).toArray(Long[]::new));
  }

  private RequestSpecification ops() {
    return given().baseUri("http://127.0.0.1:" + management.getPort()).basePath("");
  }
}
