package io.ordersystem.orders.platform;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.as;
import static io.ordersystem.orders.Shop.awaitStatus;
import static io.ordersystem.orders.Shop.body;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.placed;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.orders.Shop;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URL;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Failures at the points of this service: nothing is lost and nothing happens twice. */
@QuarkusTest
class FaultPointsTest {
  private final TestDatabase database = Shop.database();
  private final String variant = newVariant();
  private final String customer = "c-" + UUID.randomUUID();
  private final String key = UUID.randomUUID().toString();

  @TestHTTPResource(value = "/metrics", management = true)
  URL management;

  @BeforeEach
  void offerSomething() {
    offer(variant, "s1", 100, 100);
  }

  @Test
  void aCommitWhoseAnswerIsLostIsResolvedByTheKey() {
    arm("request.before-commit", "fail").then().statusCode(204);
    assertThat(place().statusCode()).isEqualTo(503);
    assertThat(orders()).isZero();

    // After COMMIT: the server asks again by itself, and finds its own answer.
    arm("transaction.after-commit", "fail").then().statusCode(204);
    Response answer = await().atMost(SOON).until(this::place, placed -> placed.statusCode() == 201);
    assertThat(orders()).isEqualTo(1);
    place().then().statusCode(201).body("id", equalTo(answer.path("id")));
    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void withoutAKeyALostAnswerIsSaidToBeUnknown() {
    arm("request.after-commit", "fail").then().statusCode(204);
    as(TestTokens.customer(customer))
        .body(body(customer, variant, 1))
        .post("/api/orders")
        .then()
        .statusCode(503);
    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void messagesTakeEffectOnceAtWhateverPointTheConnectionBreaks() {
    for (String point :
        new String[] {"inbox.before-commit", "inbox.after-commit", "inbox.before-acknowledge"}) {
      UUID order = placed(customer, variant, 1);
      arm(point, "fail").then().statusCode(204);
      Shop.stockRejected(order);
      awaitStatus(customer, order, "CANCELLED");
      assertThat(database.number("SELECT count(*) FROM order_timeline WHERE order_id = ?", order))
          .as(point)
          .isEqualTo(2);
    }
    assertThat(
            database.number("SELECT count(*) FROM parked_messages WHERE reason LIKE '%injected%'"))
        .isZero();
  }

  @Test
  void aKeyIsFreeAgainWhenItsHolderIsSilentInTheMiddle() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Response> silent = silentBeforeCommit(25_000, threads, this::place);
      // The first repeats are told that the key is in use, until the server ends the silent
      // session.
      place()
          .then()
          .statusCode(409)
          .body("code", equalTo("idempotency-key-in-use"))
          .header("Retry-After", notNullValue());
      Response answer =
          await()
              .atMost(Duration.ofSeconds(22))
              .until(
                  this::place,
                  repeat -> {
                    assertThat(repeat.statusCode()).isIn(201, 409);
                    return repeat.statusCode() == 201;
                  });
      // The silent one comes back to a broken connection, repeats itself, and finds this answer.
      assertThat(silent.get().statusCode()).isEqualTo(201);
      assertThat(silent.get().<String>path("id")).isEqualTo(answer.path("id"));
    }
    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void refusesWhatDoesNotExistOrTakesTooLong() {
    arm("nowhere", "kill").then().statusCode(404).body("code", equalTo("not-found"));
    arm("inbox.before-commit", "explode").then().statusCode(422);
    arm("inbox.before-commit", "4242424242424242")
        .then()
        .statusCode(422)
        .body("code", equalTo("card-number-not-allowed"))
        .body("errors[0].pointer", equalTo("/action"));
    given()
        .post(at("/ops/faults/inbox.before-commit?action=delay&millis=9999999"))
        .then()
        .statusCode(422);
  }

  @Test
  void aRefusalWaitsForTheFirstRequestOfItsKey() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Response> first = silentBeforeCommit(3_000, threads, () -> placeExpecting(100));
      offer(variant, "s1", 150, "EUR", 100, 2);
      // The price is another one by now, and nobody is there to confirm that: a new request would
      // be refused. This one has been accepted already.
      Response repeat = placeExpecting(100);
      assertThat(repeat.statusCode()).isEqualTo(201);
      assertThat(repeat.header("Idempotency-Replayed")).isEqualTo("true");
      assertThat(repeat.<String>path("id")).isEqualTo(first.get().path("id"));
    }
    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void aRefusalIsNotStored() {
    // Nobody is there to confirm that the price is another one.
    placeExpecting(99).then().statusCode(503);
    offer(variant, "s1", 99, "EUR", 100, 2);
    placeExpecting(99).then().statusCode(201).header("Idempotency-Replayed", nullValue());
  }

  @Test
  void aRepeatHasTheHeadersOfTheFirstAnswerAndItsOwnPreference() {
    Response first = place();
    UUID order = UUID.fromString(first.path("id"));
    place()
        .then()
        .statusCode(201)
        .header("Idempotency-Replayed", "true")
        .header("Location", first.header("Location"))
        .header("ETag", first.header("ETag"));
    Shop.stockRejected(order);
    awaitStatus(customer, order, "CANCELLED");
    place().then().body("status", equalTo("PENDING"));
    as(TestTokens.customer(customer))
        .header("Idempotency-Key", key)
        .header("Prefer", "wait=1")
        .body(body(customer, variant, 1))
        .post("/api/orders")
        .then()
        .statusCode(201)
        .header("Idempotency-Replayed", "true")
        .header("Preference-Applied", "wait=1")
        .body("id", equalTo(order.toString()))
        .body("status", equalTo("CANCELLED"));
  }

  @Test
  void theKeyIsTheCauseOfWhatItsRequestSetsOff() {
    String order = place().path("id");
    assertThat(database.rows("SELECT DISTINCT causation_id FROM outbox WHERE key = ?", order))
        .singleElement()
        .satisfies(row -> assertThat(row).containsEntry("causation_id", key));
  }

  /** Sends a request that does nothing for so long before its COMMIT; returns once it is there. */
  private Future<Response> silentBeforeCommit(
      int millis, ExecutorService threads, Callable<Response> request) {
    long before = passes("request.before-commit");
    given()
        .post(at("/ops/faults/request.before-commit?action=delay&millis=" + millis))
        .then()
        .statusCode(204);
    Future<Response> silent = threads.submit(request);
    await().atMost(SOON).until(() -> passes("request.before-commit") > before);
    return silent;
  }

  private long passes(String point) {
    Number count = given().get(at("/ops/faults")).path("'" + point + "'");
    return count.longValue();
  }

  private Response placeExpecting(int expectedUnitPrice) {
    return as(TestTokens.customer(customer))
        .header("Idempotency-Key", key)
        .body(
            """
            {"customerId": "%s", "items": [{"variantId": "%s", "quantity": 1, "expectedUnitPrice": %d}]}
            """
                .formatted(customer, variant, expectedUnitPrice))
        .post("/api/orders");
  }

  private Response place() {
    return as(TestTokens.customer(customer))
        .header("Idempotency-Key", key)
        .body(body(customer, variant, 1))
        .post("/api/orders");
  }

  private long orders() {
    return database.number("SELECT count(*) FROM orders WHERE customer_id = ?", customer);
  }

  private Response arm(String point, String action) {
    return given().post(at("/ops/faults/" + point + "?action=" + action));
  }

  private String at(String path) {
    return "http://127.0.0.1:" + management.getPort() + path;
  }
}
