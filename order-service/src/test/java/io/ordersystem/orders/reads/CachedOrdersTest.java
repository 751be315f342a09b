package io.ordersystem.orders.reads;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.as;
import static io.ordersystem.orders.Shop.confirmed;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.placed;
import static io.ordersystem.orders.Shop.stockRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestOutage;
import io.ordersystem.devstack.testing.TestRedis;
import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cache of orders and first pages in Redis. */
@QuarkusTest
class CachedOrdersTest {
  private static final int AT_ONCE = 500;

  /** How often an order was looked for; what the saga does with orders is another statement. */
  private static final String FOUND =
      """
      SELECT coalesce(sum(calls), 0)::bigint FROM public.pg_stat_statements
      WHERE query LIKE 'SELECT id, root_order_id, %::boolean AS trusted%'
      """;

  @TestHTTPResource URI service;

  private final String variant = newVariant();
  private final String seller = "s-" + variant;
  private final String customer = "c-" + UUID.randomUUID();

  @BeforeEach
  void offerSomething() {
    offer(variant, seller, 100, 1_000);
    awaitCache();
  }

  @Test
  void anOrderIsAnsweredFromTheCacheAsItWasRead() {
    UUID order = placed(customer, variant, 1);
    Response read = get(customerToken(), order);
    awaitCached(customerToken(), order);
    Response cached = get(customerToken(), order);
    assertThat(cached.asString()).isEqualTo(read.asString());
    assertThat(cached.getHeader("ETag")).isEqualTo("\"1\"");
    assertThat(cached.getHeader("Content-Type")).startsWith("application/json");
    assertThat(TestRedis.ask("TTL order:" + order)).matches(":(29[0-9]|300)");
  }

  @Test
  void whoeverHasTheVersionIsToldSoFromTheCache() {
    JsonObject order =
        confirmed(
            customerToken(),
            customer,
            """
            {"customerId": "%s", "items": [{"variantId": "%s", "sellerId": "%s", "quantity": 1}]}
            """
                .formatted(customer, variant, seller));
    UUID id = UUID.fromString(order.getString("id"));
    String token = TestTokens.seller(seller);
    awaitCached(token, id);
    TestRequests.stranger(token)
        .header("If-None-Match", "\"" + order.getLong("version") + "\"")
        .get("/api/orders/" + id)
        .then()
        .statusCode(304)
        .header("X-Read-Source", "cache");
  }

  @Test
  void aChangeIsSeenAtOnceByWhoMadeItAndSoonByEverybody() {
    UUID order = placed(customer, variant, 1);
    awaitCached(customerToken(), order);
    stockRejected(order);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> get(TestTokens.operator(), order).then().body("status", equalTo("CANCELLED")));
    UUID second = placed(customer, variant, 1);
    awaitCached(customerToken(), second);
    as(customerToken())
        .body("{\"reason\": \"CUSTOMER\"}")
        .post("/api/orders/" + second + "/cancellation")
        .then()
        .statusCode(200);
    as(customerToken()).get("/api/orders/" + second).then().body("status", equalTo("CANCELLED"));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> get(customerToken(), second).then().body("status", equalTo("CANCELLED")));
  }

  @Test
  void whatIsCachedIsShownOnlyToThoseWhoseBusinessItIs() {
    UUID order = placed(customer, variant, 1);
    for (String token : List.of(customerToken(), TestTokens.operator(), TestTokens.service())) {
      awaitCached(token, order);
      get(token, order).then().body("payment.status", equalTo("NONE"));
    }
    for (String token :
        List.of(
            TestTokens.seller(seller),
            TestTokens.sellerWhoBuys("c-" + UUID.randomUUID(), seller))) {
      awaitCached(token, order);
      get(token, order)
          .then()
          .body("payment.id", nullValue())
          .body("id", equalTo(order.toString()));
    }
    for (String token :
        List.of(
            TestTokens.customer("c-" + UUID.randomUUID()),
            TestTokens.seller("s-" + UUID.randomUUID()),
            TestTokens.sellerWhoBuys("c-" + UUID.randomUUID(), "s-" + UUID.randomUUID()))) {
      for (int n = 0; n < 2; n++) {
        get(token, order).then().statusCode(404).body("code", equalTo("not-found"));
      }
    }
  }

  @Test
  void theFirstPagesOfCustomerAndSellerAreCachedUntilAnOrderOfTheirsChanges() {
    placed(customer, variant, 1);
    String ofCustomer = "/api/orders";
    String ofSeller = "/api/sellers/" + seller + "/orders";
    awaitPage(customerToken(), ofCustomer, 1);
    awaitPage(TestTokens.seller(seller), ofSeller, 1);
    UUID order = placed(customer, variant, 1);
    awaitPage(customerToken(), ofCustomer, 2);
    awaitPage(TestTokens.seller(seller), ofSeller, 2);
    stockRejected(order);
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          page(customerToken(), ofCustomer).then().body("items[0].status", equalTo("CANCELLED"));
          page(TestTokens.seller(seller), ofSeller)
              .then()
              .body("items[0].status", equalTo("CANCELLED"));
        });
    // Another one's page, and another kind of page, are others.
    page(TestTokens.operator(), ofCustomer + "?customerId=" + customer + "&status=PENDING")
        .then()
        .header("X-Read-Source", "replica")
        .body("items", hasSize(1));
    page(TestTokens.customer("c-" + UUID.randomUUID()), ofCustomer)
        .then()
        .body("items", hasSize(0));
  }

  @Test
  void fiveHundredWhoMissAtOnceAreAnsweredByOneQuery() {
    UUID order = placed(customer, variant, 1);
    awaitCached(customerToken(), order);
    TestRedis.ask("DEL order:" + order);
    long before = found();
    var request =
        HttpRequest.newBuilder(service.resolve("/api/orders/" + order))
            .header("Authorization", "Bearer " + customerToken())
            .build();
    var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    try (var client = HttpClient.newHttpClient()) {
      for (int i = 0; i < AT_ONCE; i++) {
        answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
      }
      for (var answer : answers) {
        assertThat(answer.join().statusCode()).isEqualTo(200);
      }
    }
    assertThat(found() - before).isEqualTo(1);
  }

  /** On both servers. */
  private static long found() {
    TestDatabase primary = TestDatabase.superuserIn("orders");
    return primary.number(FOUND) + primary.onReplica().number(FOUND);
  }

  /** What may become of Redis. */
  enum Trouble {
    STOPPED,
    FROZEN,
    FLUSHED,
    ANOTHER_TYPE,
    READ_ONLY
  }

  @ParameterizedTest
  @EnumSource
  void whateverBecomesOfRedisNobodyGetsAnErrorAndATokenIsKept(Trouble trouble) {
    UUID order = placed(customer, variant, 1);
    awaitCached(customerToken(), order);
    try (var ended = begin(trouble, order)) {
      for (int n = 2; n <= 6; n++) {
        int version = n;
        as(customerToken())
            .contentType("application/merge-patch+json")
            .body("{\"contact\": {\"name\": \"Name %d\"}}".formatted(n))
            .patch("/api/orders/" + order)
            .then()
            .statusCode(200);
        as(customerToken())
            .get("/api/orders/" + order)
            .then()
            .statusCode(200)
            .body("version", equalTo(version));
        get(customerToken(), order).then().statusCode(200);
      }
    }
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            as(customerToken()).get("/api/orders/" + order).then().body("version", equalTo(6)));
    awaitCache();
  }

  private static Ended begin(Trouble trouble, UUID order) {
    return switch (trouble) {
      case STOPPED -> {
        TestRedis.stop();
        yield TestRedis::start;
      }
      case FROZEN -> TestOutage.freezeRedis()::close;
      case FLUSHED -> {
        TestRedis.ask("FLUSHALL");
        yield () -> {};
      }
      case ANOTHER_TYPE -> {
        TestRedis.ask("DEL order:" + order);
        TestRedis.ask("LPUSH order:" + order + " x");
        yield () -> {};
      }
      case READ_ONLY -> {
        TestRedis.ask("REPLICAOF 127.0.0.1 1");
        yield () -> TestRedis.ask("REPLICAOF NO ONE");
      }
    };
  }

  /** Closes without an exception. */
  private interface Ended extends AutoCloseable {
    @Override
    void close();
  }

  private String customerToken() {
    return TestTokens.customer(customer);
  }

  private static Response get(String token, UUID order) {
    return TestRequests.stranger(token).get("/api/orders/" + order);
  }

  private static Response page(String token, String path) {
    return TestRequests.stranger(token).get(path);
  }

  private static void awaitCached(String token, UUID order) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> get(token, order).then().header("X-Read-Source", "cache"));
  }

  private static void awaitPage(String token, String path, int items) {
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            page(token, path)
                .then()
                .header("X-Read-Source", "cache")
                .body("items", hasSize(items)));
  }

  /** It may be left alone for a second after it was away. */
  private void awaitCache() {
    awaitPage(TestTokens.customer("c-" + UUID.randomUUID()), "/api/orders", 0);
  }
}
