package io.ordersystem.inventory.availability;

import static io.ordersystem.inventory.Warehouse.SOON;
import static io.ordersystem.inventory.Warehouse.as;
import static io.ordersystem.inventory.Warehouse.database;
import static io.ordersystem.inventory.Warehouse.offered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.ordersystem.devstack.testing.TestRedis;
import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.platform.cache.Cache;
import io.ordersystem.platform.cache.Version;
import io.ordersystem.platform.cache.Versioned;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AvailabilityHintsTest {
  private static Instant inAMinute() {
    return Instant.now().plusSeconds(60);
  }

  @Inject Cache cache;

  @Test
  void eachChangeOfStockIsHintedForAMinute() {
    String tea = offered(5);
    awaitHint(tea, 1, "5");
    hold(tea, 2);
    awaitHint(tea, 2, "3");
    assertThat(TestRedis.ask("TTL " + key(tea))).matches(":(59|60)");
    check("", item(tea, 3))
        .header("X-Read-Source", "cache")
        .body("items[0].availableQuantity", equalTo(3))
        .body("items[0].hasStock", equalTo(true));
  }

  @Test
  void whatIsNotHintedIsReadOnceAndHintedThen() {
    String tea = offered(5);
    awaitHint(tea, 1, "5");
    TestRedis.ask("DEL " + key(tea));
    check("", item(tea, 6), "{\"variantId\": \"" + tea + "\", \"quantity\": 1}")
        .header("X-Read-Source", "primary")
        .body("items.availableQuantity", contains(5, 5))
        .body("items.hasStock", contains(false, true));
    awaitHint(tea, 1, "5");
    check("", item(tea, 1)).header("X-Read-Source", "cache");
  }

  @Test
  void freshIsReadFromTheDatabaseWhateverIsHinted() {
    String tea = offered(5);
    awaitHint(tea, 1, "5");
    database().execute("UPDATE inventory SET reserved = 5 WHERE variant_id = ?", tea);
    try {
      check("", item(tea, 1)).body("items[0].availableQuantity", equalTo(5));
      check("no-cache", item(tea, 1))
          .header("X-Read-Source", "primary")
          .body("items[0].availableQuantity", equalTo(0));
    } finally {
      database().execute("UPDATE inventory SET reserved = 0 WHERE variant_id = ?", tea);
    }
  }

  @Test
  void anOlderValueNeverReplacesANewerOne() {
    put("guard", 10, "ten");
    cache.put(Map.of("guard", value(9, "nine")), inAMinute());
    put("after", 1, "x"); // One script after the other: the older one has been there by now.
    assertThat(TestRedis.ask("GET guard")).isEqualTo(text(10, "ten"));
    assertThat(cache.get(List.of("guard", "unknown")).await().atMost(SOON))
        .containsExactly(Map.entry("guard", value(10, "ten")));
    put("guard", 11, "eleven=and!on");
  }

  @Test
  void aFenceEndsWhatIsOlderAndKeepsItAway() {
    put("fenced", 10, "ten");
    cache.fence(List.of("fenced"), Version.of(12));
    awaitValue("fenced", Version.of(12).text() + "!");
    assertThat(cache.get(List.of("fenced")).await().atMost(SOON)).isEmpty();
    cache.put(Map.of("fenced", value(11, "eleven")), inAMinute());
    put("after-fenced", System.nanoTime(), "x");
    awaitValue("fenced", Version.of(12).text() + "!");
    put("fenced", 12, "twelve");
    cache.fence(List.of("fenced"), Version.of(12));
    put("after-fenced", System.nanoTime(), "y");
    awaitValue("fenced", text(12, "twelve"));
  }

  @Test
  void whatArrivesTooLateIsForgottenAtOnce() {
    cache.put(Map.of("late", value(1, "x")), Instant.now().minusSeconds(1));
    put("after-late", System.nanoTime(), "x");
    assertThat(TestRedis.ask("EXISTS late")).isEqualTo(":0");
  }

  @Test
  void aKeyOfAnotherTypeIsNothingAndIsReplaced() {
    String tea = offered(5);
    awaitHint(tea, 1, "5");
    TestRedis.ask("DEL " + key(tea));
    TestRedis.ask("LPUSH " + key(tea) + " x");
    check("", item(tea, 1))
        .header("X-Read-Source", "primary")
        .body("items[0].availableQuantity", equalTo(5));
    awaitHint(tea, 1, "5");
  }

  @Test
  void aRedisThatRefusesToWriteIsNoError() {
    String tea = offered(5);
    awaitHint(tea, 1, "5");
    TestRedis.ask("REPLICAOF 127.0.0.1 1");
    try {
      hold(tea, 1);
      for (int i = 0; i < 3; i++) {
        check("no-cache", item(tea, 1)).body("items[0].availableQuantity", equalTo(4));
        check("", item(tea, 1));
      }
    } finally {
      TestRedis.ask("REPLICAOF NO ONE");
    }
    hold(tea, 1);
    TestRedis.ask("DEL " + key(tea));
    // It is left alone until it has been seen to take a write, and nobody tells it again.
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            check("", item(tea, 1))
                .header("X-Read-Source", "cache")
                .body("items[0].availableQuantity", equalTo(3)));
    awaitHint(tea, 3, "3");
  }

  @Test
  void whatSomebodyElseHasPutThereIsReplacedAndNeverRead() {
    String tea = offered(5);
    awaitHint(tea, 1, "5");
    TestRedis.ask("SET " + key(tea) + " {availableQuantity}");
    check("", item(tea, 1))
        .header("X-Read-Source", "primary")
        .body("items[0].availableQuantity", equalTo(5));
    awaitHint(tea, 1, "5");
  }

  /** A cache that was slow once is left alone for a second: so again until it is there. */
  private void put(String key, long version, String value) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          cache.put(Map.of(key, value(version, value)), inAMinute());
          assertThat(TestRedis.ask("GET " + key)).isEqualTo(text(version, value));
        });
  }

  @Test
  void withoutRedisEverythingIsAnsweredFromTheDatabaseAndLaterByHintsAgain() {
    String tea = offered(5);
    TestRedis.stop();
    try {
      for (int i = 0; i < 3; i++) {
        check("", item(tea, 1))
            .header("X-Read-Source", "primary")
            .body("items[0].availableQuantity", equalTo(5));
      }
      hold(tea, 1);
    } finally {
      TestRedis.start();
    }
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            check("", item(tea, 1))
                .header("X-Read-Source", "cache")
                .body("items[0].availableQuantity", equalTo(4)));
  }

  @Test
  void whoHasWrittenIsAnsweredFromTheDatabase() {
    String tea = offered(5);
    awaitHint(tea, 1, "5");
    as(TestTokens.customer("c1"))
        .body("{\"items\": [" + item(tea, 1) + "]}")
        .post("/api/inventory/availability")
        .then()
        .header("X-Read-Source", "primary");
  }

  private static String key(String variant) {
    return "inventory:" + variant + "|s1";
  }

  private static void awaitHint(String variant, long version, String value) {
    awaitValue(key(variant), text(version, value));
  }

  private static Versioned value(long version, String text) {
    return new Versioned(Version.of(version), Buffer.buffer(text));
  }

  private static String text(long version, String value) {
    return Version.of(version).text() + "~" + value;
  }

  private static void awaitValue(String key, String value) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(TestRedis.ask("GET " + key)).isEqualTo(value));
  }

  private static String item(String variant, int quantity) {
    return "{\"variantId\": \"%s\", \"sellerId\": \"s1\", \"quantity\": %d}"
        .formatted(variant, quantity);
  }

  private static void hold(String variant, int quantity) {
    as(TestTokens.service())
        .body("{\"items\": [" + item(variant, quantity) + "]}")
        .post("/api/inventory/reservations")
        .then()
        .statusCode(201);
  }

  private static ValidatableResponse check(String cacheControl, String... items) {
    var request = TestRequests.stranger(TestTokens.customer("c1"));
    return (cacheControl.isEmpty() ? request : request.header("Cache-Control", cacheControl))
        .body("{\"items\": [" + String.join(",", items) + "]}")
        .post("/api/inventory/availability")
        .then()
        .statusCode(200);
  }
}
