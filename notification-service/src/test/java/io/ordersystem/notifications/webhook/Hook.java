package io.ordersystem.notifications.webhook;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.oneOf;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.devstack.webhook.WebhookReceiver;
import io.ordersystem.devstack.webhook.WebhookReceiver.Received;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An endpoint of a test, at a path of its own. */
record Hook(WebhookReceiver receiver, String path, String token, UUID id, String secret) {
  static final String ROUTE = "/api/notifications/webhook-endpoints";
  static final Duration SOON = Duration.ofSeconds(30);
  static final String CONFIRMED = "io.ordersystem.order.confirmed.v1";

  /** Made by REST; of a seller, or with null of the operators. */
  static Hook of(
      WebhookReceiver receiver, @Nullable String seller, boolean ordered, String... types) {
    String path = "/" + UUID.randomUUID();
    return at(receiver, receiver.url(path), path, seller, ordered, types);
  }

  static Hook at(
      WebhookReceiver receiver,
      String url,
      String path,
      @Nullable String seller,
      boolean ordered,
      String... types) {
    String token = seller == null ? TestTokens.operator() : TestTokens.seller(seller);
    Map<String, Object> body = new HashMap<>();
    body.put("url", url);
    body.put("eventTypes", List.of(types));
    body.put("ordered", ordered);
    body.put("description", "of a test");
    var made = given().auth().oauth2(token).contentType("application/json").body(body).post(ROUTE);
    made.then().statusCode(201);
    return new Hook(
        receiver, path, token, UUID.fromString(made.path("id")), made.<String>path("secret"));
  }

  RequestSpecification call() {
    return given().auth().oauth2(token).contentType("application/json");
  }

  String route() {
    return ROUTE + "/" + id;
  }

  List<Received> received() {
    return receiver.received(path);
  }

  /** What came, when so many have come. */
  List<Received> awaited(int number) {
    await().atMost(SOON).until(() -> received().size() >= number);
    return received();
  }

  /** Until so many deliveries of it have this status. */
  void awaitDeliveries(String status, int number) {
    await()
        .atMost(SOON)
        .until(() ->
            call()
                    .queryParam("status", status)
                    .get(route() + "/deliveries")
                    .<List<?>>path("items")
                    .size()
                == number);
  }

  /** As if the pauses were over. */
  void hurry() {
    database()
        .execute(
            "UPDATE webhook_deliveries SET next_attempt_at = now() WHERE endpoint_id = ? AND status = 'PENDING'",
            id);
    database()
        .execute(
            "UPDATE webhook_endpoints SET paused_until = now() WHERE id = ? AND paused_until > now()",
            id);
  }

  /** Where the seller reads mail; answers the address. */
  static String readsMailIn(String seller, String locale) {
    String address = seller + "@example.org";
    given()
        .auth()
        .oauth2(TestTokens.seller(seller))
        .contentType("application/json")
        .body(Map.of("email", address, "locale", locale, "channels", List.of()))
        .put("/api/notifications/preferences/sellers/" + seller)
        .then()
        .statusCode(oneOf(200, 201));
    return address;
  }

  void remove() {
    call().delete(route()).then().statusCode(204);
  }

  static TestDatabase database() {
    return TestDatabase.ofService("notification");
  }
}
