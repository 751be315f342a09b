package io.ordersystem.orders.reads;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.as;
import static io.ordersystem.orders.Shop.body;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.place;
import static io.ordersystem.orders.Shop.placed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestOutage;
import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads by a replica, and by the primary when a token or an outage demands it. */
@QuarkusTest
class ReplicaReadsTest {
  private static final TestDatabase REPLICA = TestDatabase.superuserIn("orders").onReplica();

  private final String variant = newVariant();
  private final String customer = "c-" + UUID.randomUUID();

  @BeforeEach
  void offerSomething() {
    offer(variant, "s1", 100, 1_000);
  }

  @Test
  void aReadWithATokenIsNeverOlderThanItsWriteThoughTheReplicaStandsStill() {
    awaitSource("replica");
    REPLICA.rows("SELECT pg_wal_replay_pause()");
    try {
      for (int n = 1; n <= 20; n++) {
        placed(customer, variant, 1);
        list(true)
            .then()
            .statusCode(200)
            .header("X-Read-Source", "primary")
            .body("items", hasSize(n));
      }
      list(false)
          .then()
          .statusCode(200)
          .header("X-Read-Source", "replica")
          .body("items", hasSize(0));
    } finally {
      REPLICA.rows("SELECT pg_wal_replay_resume()");
    }
    awaitSource("replica");
    list(true).then().body("items", hasSize(20));
  }

  @Test
  void aReplicaIsWaitedForWhenItIsNearlyThere() {
    awaitSource("replica");
    int byReplica = 0;
    for (int n = 1; n <= 20; n++) {
      placed(customer, variant, 1);
      Response answer = list(true);
      answer.then().body("items", hasSize(n));
      byReplica += answer.getHeader("X-Read-Source").equals("replica") ? 1 : 0;
    }
    assertThat(byReplica).isGreaterThanOrEqualTo(15);
  }

  @Test
  void aReplicaThatIsAwayIsNotMissedAndIsReadAgainWhenItIsBack() {
    awaitSource("replica");
    UUID order = placed(customer, variant, 1);
    try (var outage = TestOutage.stopReplica()) {
      for (int n = 0; n < 5; n++) {
        list(false).then().statusCode(200).header("X-Read-Source", "primary");
        as(TestTokens.customer(customer)).get("/api/orders/" + order).then().statusCode(200);
      }
    }
    awaitSource("replica");
  }

  /** Until its own question, one a second, has not been answered for a second either. */
  @Test
  void aReplicaThatAnswersNobodyCostsFewRequestsTheirPatience() {
    placed(customer, variant, 1);
    awaitSource("replica");
    try (var outage = TestOutage.freezeReplica()) {
      list(false).then().statusCode(200).header("X-Read-Source", "primary");
      long began = System.nanoTime();
      for (int n = 0; n < 5; n++) {
        list(false).then().statusCode(200).header("X-Read-Source", "primary");
      }
      assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(5_000);
    }
    awaitSource("replica");
  }

  @Test
  void anOrderThatTheReplicaDoesNotHaveYetIsFound() {
    awaitSource("replica");
    REPLICA.rows("SELECT pg_wal_replay_pause()");
    try {
      UUID order = placed(customer, variant, 1);
      TestRequests.stranger(TestTokens.customer(customer))
          .get("/api/orders/" + order)
          .then()
          .statusCode(200)
          .header("X-Read-Source", "primary");
    } finally {
      REPLICA.rows("SELECT pg_wal_replay_resume()");
    }
  }

  @Test
  void eachWriteAnswersATokenAlsoOneThatIsRefusedAndNoReadDoes() {
    Response answer = place(customer, body(customer, variant, 1));
    answer.then().header("Consistency-Token", matchesPattern("order-service\\.[0-9a-f]{40}"));
    UUID order = UUID.fromString(answer.path("id"));
    as(TestTokens.customer(customer))
        .header("If-Match", "\"77\"")
        .body("{\"reason\": \"CUSTOMER\"}")
        .post("/api/orders/" + order + "/cancellation")
        .then()
        .statusCode(412)
        .header("Consistency-Token", matchesPattern("order-service\\.[0-9a-f]{40}"));
    for (int n = 0; n < 2; n++) {
      as(TestTokens.customer(customer))
          .header("Idempotency-Key", customer)
          .body(body(customer, variant, 1))
          .post("/api/orders")
          .then()
          .statusCode(201)
          .header("Consistency-Token", matchesPattern("order-service\\.[0-9a-f]{40}"));
    }
    assertThat(
            as(TestTokens.customer(customer))
                .get("/api/orders/" + order)
                .getHeader("Consistency-Token"))
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "täx", "\"x\"", "a,b"})
  void whatIsNoTokenIsRefused(String token) {
    read(token).then().statusCode(422).body("code", equalTo("validation-failed"));
  }

  @Test
  void anothersTokenSaysNothingAndOneOfOursThatIsNotUnderstoodAsksThePrimary() {
    awaitSource("replica");
    read("inventory-service." + "0".repeat(40)).then().header("X-Read-Source", "replica");
    read("order-service.v2.something").then().header("X-Read-Source", "primary");
    read("order-service." + "0".repeat(40)).then().header("X-Read-Source", "primary");
    TestRequests.stranger(TestTokens.customer(customer))
        .header("Cache-Control", "no-cache")
        .get("/api/orders?limit=5")
        .then()
        .header("X-Read-Source", "primary");
  }

  /** Of a log that this primary has not written: it is none any more, or was set back. */
  @Test
  void aPrimaryThatCannotKnowWhatTheCallerSawIsNotBelieved() {
    String token = place(customer, body(customer, variant, 1)).getHeader("Consistency-Token");
    String later = token.substring(0, token.length() - 16) + "7" + "0".repeat(15);
    read(later).then().statusCode(503);
    TestRequests.stranger(TestTokens.customer(customer))
        .header("Consistency-Token", later)
        .header("Cache-Control", "no-cache")
        .get("/api/orders?limit=5")
        .then()
        .statusCode(503);
    read(token).then().statusCode(200);
  }

  private Response read(String token) {
    return TestRequests.stranger(TestTokens.customer(customer))
        .header("Consistency-Token", token)
        .get("/api/orders?limit=5");
  }

  /** Not the default number, which is cached. */
  private Response list(boolean withToken) {
    String token = TestTokens.customer(customer);
    return (withToken ? as(token) : TestRequests.stranger(token)).get("/api/orders?limit=50");
  }

  private void awaitSource(String source) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> list(false).then().header("X-Read-Source", equalTo(source)));
  }
}
