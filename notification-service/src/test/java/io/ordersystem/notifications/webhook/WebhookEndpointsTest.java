package io.ordersystem.notifications.webhook;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class WebhookEndpointsTest {
  private static final String ROUTE = "/api/notifications/webhook-endpoints";
  private static final String CONFIRMED = "io.ordersystem.order.confirmed.v1";
  private static final String URL = "http://127.0.0.1:9999/hook";

  private final String seller = "hooks-" + UUID.randomUUID();

  @Test
  void aSellerMakesAnEndpointAndSeesItsSecretOnce() {
    Response made = post(Map.of("url", URL, "eventTypes", List.of(CONFIRMED, CONFIRMED)));
    made.then()
        .statusCode(201)
        .header("ETag", "\"1\"")
        .body("sellerId", equalTo(seller))
        .body("eventTypes", contains(CONFIRMED))
        .body("status", equalTo("ENABLED"))
        .body("secret", startsWith("whsec_"));
    String id = made.path("id");
    assertThat(made.header("Location")).endsWith(ROUTE + "/" + id);
    mine().get(ROUTE + "/" + id).then().statusCode(200).body("secret", nullValue());
    mine().get(ROUTE).then().statusCode(200).body("items.id", contains(id));
    assertThat(mine().get(ROUTE).asString()).doesNotContain("whsec_");
  }

  @Test
  void aRepeatOfTheRequestMakesNoSecondEndpoint() {
    var body = Map.of("url", URL, "eventTypes", List.of(CONFIRMED));
    String first = mine().header("Idempotency-Key", seller).body(body).post(ROUTE).path("secret");
    mine()
        .header("Idempotency-Key", seller)
        .body(body)
        .post(ROUTE)
        .then()
        .statusCode(201)
        .header("Idempotency-Replayed", "true")
        .body("secret", equalTo(first));
    mine().get(ROUTE).then().body("items.size()", equalTo(1));
  }

  @Test
  void othersSeeNothingOfIt() {
    String id = post(Map.of("url", URL, "eventTypes", List.of(CONFIRMED))).path("id");
    RequestSpecification other = as(TestTokens.seller("other-" + seller));
    other.get(ROUTE + "/" + id).then().statusCode(404);
    other.body(Map.of("description", "mine now")).patch(ROUTE + "/" + id).then().statusCode(404);
    other.delete(ROUTE + "/" + id).then().statusCode(404);
    other.post(ROUTE + "/" + id + "/ping").then().statusCode(404);
    other.body(Map.of()).post(ROUTE + "/" + id + "/secret-rotation").then().statusCode(404);
    other.get(ROUTE + "/" + id + "/deliveries").then().statusCode(404);
    other
        .body(Map.of("since", "2026-11-26T00:00:00Z"))
        .post(ROUTE + "/" + id + "/recovery")
        .then()
        .statusCode(404);
    other
        .post(ROUTE + "/" + id + "/deliveries/" + UUID.randomUUID() + "/redelivery")
        .then()
        .statusCode(404);
    other.get(ROUTE).then().statusCode(200).body("items.id", not(hasItem(id)));
    as(TestTokens.customer("c1")).get(ROUTE).then().statusCode(403);
    as(TestTokens.service()).get(ROUTE).then().statusCode(403);
    given().get(ROUTE).then().statusCode(401);
    as(TestTokens.operator()).get(ROUTE + "/" + id).then().statusCode(200);
    mine().get(ROUTE + "/no-id").then().statusCode(404);
  }

  @Test
  void aSellerMakesNoneForAnotherAndGetsNoPayments() {
    post(Map.of("url", URL, "eventTypes", List.of(CONFIRMED), "sellerId", "other"))
        .then()
        .statusCode(403)
        .body("code", equalTo("forbidden"));
    String payment = "io.ordersystem.payment.captured.v1";
    post(Map.of("url", URL, "eventTypes", List.of(CONFIRMED, payment)))
        .then()
        .statusCode(422)
        .body("errors[0].pointer", equalTo("/eventTypes/1"));
    as(TestTokens.operator())
        .body(Map.of("url", URL, "eventTypes", List.of(payment)))
        .post(ROUTE)
        .then()
        .statusCode(201)
        .body("sellerId", nullValue());
    as(TestTokens.operator())
        .body(Map.of("url", URL, "eventTypes", List.of(payment), "sellerId", seller))
        .post(ROUTE)
        .then()
        .statusCode(422);
    TestDatabase.ofService("notification")
        .execute("DELETE FROM webhook_endpoints WHERE seller_id IS NULL AND url = ?", URL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://example.org/",
        "http://10.1.2.3/hook",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://user@127.0.0.1/",
        "no url",
        "http://no-such-host.invalid/"
      })
  void whatMustNotBePostedToIsRefusedWithAReason(String url) {
    post(Map.of("url", url, "eventTypes", List.of(CONFIRMED)))
        .then()
        .statusCode(422)
        .body("code", equalTo("validation-failed"))
        .body("errors[0].pointer", equalTo("/url"));
    String id = post(Map.of("url", URL, "eventTypes", List.of(CONFIRMED))).path("id");
    mine().body(Map.of("url", url)).patch(ROUTE + "/" + id).then().statusCode(422);
    mine().get(ROUTE + "/" + id).then().body("url", equalTo(URL)).body("version", equalTo(1));
  }

  @Test
  void whatIsMissingOrUnknownIsRefused() {
    post(Map.of("url", URL)).then().statusCode(422);
    post(Map.of("eventTypes", List.of(CONFIRMED))).then().statusCode(422);
    post(Map.of("url", URL, "eventTypes", List.of())).then().statusCode(422);
    post(Map.of("url", URL, "eventTypes", List.of("order.confirmed"))).then().statusCode(422);
    post(Map.of("url", URL, "eventTypes", List.of("io.ordersystem.reservation.reserve.v1")))
        .then()
        .statusCode(422);
    mine().body("{").post(ROUTE).then().statusCode(400);
  }

  @Test
  void changesWhatIsGivenAndOnlyTheVersionThatIsKnown() {
    String id =
        post(Map.of("url", URL, "eventTypes", List.of(CONFIRMED), "description", "a")).path("id");
    mine()
        .header("If-Match", "\"1\"")
        .body(Map.of("description", "b", "ordered", true))
        .patch(ROUTE + "/" + id)
        .then()
        .statusCode(200)
        .header("ETag", "\"2\"")
        .body("description", equalTo("b"))
        .body("ordered", equalTo(true))
        .body("url", equalTo(URL));
    mine()
        .header("If-Match", "\"1\"")
        .body(Map.of("description", "c"))
        .patch(ROUTE + "/" + id)
        .then()
        .statusCode(412)
        .body("code", equalTo("version-mismatch"));
    mine()
        .body(Map.of("status", "DISABLED"))
        .patch(ROUTE + "/" + id)
        .then()
        .body("status", equalTo("DISABLED"))
        .body("disabledReason", equalTo("OWNER"));
    mine()
        .post(ROUTE + "/" + id + "/ping")
        .then()
        .statusCode(409)
        .body("detail", containsString("disabled"));
    mine()
        .body(Map.of("status", "ENABLED"))
        .patch(ROUTE + "/" + id)
        .then()
        .body("disabledReason", nullValue());
    mine().body(Map.of("status", "DELETED")).patch(ROUTE + "/" + id).then().statusCode(422);
  }

  @Test
  void whatIsDeletedIsGoneWithItsSecret() {
    String id = post(Map.of("url", URL, "eventTypes", List.of(CONFIRMED))).path("id");
    mine().header("If-Match", "\"7\"").delete(ROUTE + "/" + id).then().statusCode(412);
    mine().delete(ROUTE + "/" + id).then().statusCode(204);
    mine().get(ROUTE + "/" + id).then().statusCode(404);
    mine().delete(ROUTE + "/" + id).then().statusCode(404);
    mine().get(ROUTE).then().body("items.size()", equalTo(0));
    assertThat(
            TestDatabase.ofService("notification")
                .rows("SELECT secret FROM webhook_endpoints WHERE id = ?", UUID.fromString(id)))
        .containsExactly(Map.of("secret", ""));
  }

  @Test
  void aRotationShowsTheNewSecretAndTellsHowLongTheOldOneIsGood() {
    Response made = post(Map.of("url", URL, "eventTypes", List.of(CONFIRMED)));
    String id = made.path("id");
    Response rotated = mine().body(Map.of()).post(ROUTE + "/" + id + "/secret-rotation");
    rotated.then().statusCode(200).body("secret", startsWith("whsec_"));
    assertThat(rotated.<String>path("secret")).isNotEqualTo(made.path("secret"));
    assertThat(rotated.<String>path("previousSecretUntil")).isNotNull();
    mine()
        .body(Map.of())
        .post(ROUTE + "/" + id + "/secret-rotation")
        .then()
        .statusCode(409)
        .body("detail", containsString("overlaps until"));
    mine()
        .body(Map.of("overlapSeconds", 0))
        .post(ROUTE + "/" + id + "/secret-rotation")
        .then()
        .statusCode(200)
        .body("previousSecretUntil", nullValue());
    mine()
        .body(Map.of("overlapSeconds", 604_801))
        .post(ROUTE + "/" + id + "/secret-rotation")
        .then()
        .statusCode(422);
  }

  @Test
  void anOwnerHasNoMoreThanTheMostAlsoWhenAllAreMadeAtOnce() throws Exception {
    var body = Map.of("url", URL, "eventTypes", List.of(CONFIRMED));
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      calls.add(() -> mine().body(body).post(ROUTE).statusCode());
    }
    List<Integer> statuses = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> call : threads.invokeAll(calls)) {
        statuses.add(call.get());
      }
    }
    assertThat(statuses).containsOnly(201, 409);
    assertThat(statuses.stream().filter(status -> status == 201)).hasSize(20);
    Response page = mine().queryParam("limit", 15).get(ROUTE);
    page.then().body("items.size()", equalTo(15));
    mine()
        .queryParam("limit", 15)
        .queryParam("cursor", page.<String>path("nextCursor"))
        .get(ROUTE)
        .then()
        .body("items.size()", equalTo(5))
        .body("nextCursor", nullValue());
  }

  @Test
  void aRecoveryNeedsASpanOfTime() {
    String id = post(Map.of("url", URL, "eventTypes", List.of(CONFIRMED))).path("id");
    String route = ROUTE + "/" + id + "/recovery";
    mine().body(Map.of()).post(route).then().statusCode(422);
    mine()
        .body(Map.of("since", "2026-11-26T10:00:00Z", "until", "2026-11-26T10:00:00Z"))
        .post(route)
        .then()
        .statusCode(422);
    mine().body(Map.of("since", "yesterday")).post(route).then().statusCode(422);
    mine()
        .body(Map.of("since", "2026-11-26T10:00:00Z"))
        .post(route)
        .then()
        .statusCode(202)
        .body("recovered", equalTo(0))
        .body("remaining", equalTo(0));
    mine()
        .post(ROUTE + "/" + id + "/deliveries/" + TestEvents.newId() + "/redelivery")
        .then()
        .statusCode(404);
    mine()
        .queryParam("status", "LOST")
        .get(ROUTE + "/" + id + "/deliveries")
        .then()
        .statusCode(422);
  }

  private Response post(Map<String, ?> body) {
    return mine().body(body).post(ROUTE);
  }

  private RequestSpecification mine() {
    return as(TestTokens.seller(seller));
  }

  private static RequestSpecification as(String token) {
    return TestRequests.as(token);
  }
}
