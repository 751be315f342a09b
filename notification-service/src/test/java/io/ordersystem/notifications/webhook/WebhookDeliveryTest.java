package io.ordersystem.notifications.webhook;

import static io.ordersystem.devstack.webhook.WebhookReceiver.drop;
import static io.ordersystem.devstack.webhook.WebhookReceiver.first;
import static io.ordersystem.devstack.webhook.WebhookReceiver.redirect;
import static io.ordersystem.devstack.webhook.WebhookReceiver.status;
import static io.ordersystem.notifications.webhook.Hook.CONFIRMED;
import static io.ordersystem.notifications.webhook.Hook.SOON;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.standardwebhooks.Webhook;
import io.ordersystem.contracts.EventType;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.webhook.WebhookReceiver;
import io.ordersystem.devstack.webhook.WebhookReceiver.Received;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@SuppressWarnings("NullAway.Init") // filled before each test
class WebhookDeliveryTest {
  private static final String SOLD_OUT = "io.ordersystem.stock.out.v1";
  private static final String PATH_OF_TLS = "/tls";

  private final String seller = "hooks-" + UUID.randomUUID();
  private WebhookReceiver receiver;
  @TempDir Path directory;

  @TestHTTPResource(value = "/metrics", management = true)
  URL management;

  @BeforeEach
  void open() throws IOException {
    receiver = WebhookReceiver.start();
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  @Test
  void aSellerGetsWhatIsItsOwnOnceAndOperatorsAll() throws Exception {
    Hook own = Hook.of(receiver, seller, false, CONFIRMED, SOLD_OUT);
    Hook all = Hook.of(receiver, null, false, CONFIRMED, SOLD_OUT);
    Hook updates = Hook.of(receiver, seller, false, "io.ordersystem.order.updated.v1");
    UUID root = TestEvents.newId();
    UUID child = TestEvents.newId();
    UUID mine = Events.order(EventType.ORDER_CONFIRMED, child, root, seller, 2);
    UUID others = Events.order(EventType.ORDER_CONFIRMED, TestEvents.newId(), root, "other", 2);
    UUID parent = Events.order(EventType.ORDER_CONFIRMED, root, root, null, 2);
    UUID offer = Events.soldOut("tea", seller);
    UUID othersOffer = Events.soldOut("tea", "other-" + seller);
    UUID single = TestEvents.newId();
    UUID own2 = Events.order(EventType.ORDER_CONFIRMED, single, seller, 2);
    for (int i = 0; i < 5; i++) {
      Events.again(own2, EventType.ORDER_CONFIRMED, single, seller, 2);
    }
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(ids(all))
                .contains(mine.toString(), others.toString(), parent.toString(), offer.toString())
                .contains(othersOffer.toString(), own2.toString()));
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(ids(own))
                .containsExactlyInAnyOrder(mine.toString(), offer.toString(), own2.toString()));
    assertThat(updates.received()).isEmpty();
    for (Received post : own.received()) {
      verify(own, post);
    }
    JsonPath body = body(own, mine);
    assertThat(body.getString("type")).isEqualTo(CONFIRMED);
    assertThat(body.getString("timestamp")).isEqualTo("2026-11-22T10:00:00Z");
    assertThat(body.getString("subject")).isEqualTo(child.toString());
    assertThat(body.getInt("version")).isEqualTo(2);
    assertThat(body.getString("data.orderId")).isEqualTo(child.toString());
    assertThat(body.getString("data.sellerId")).isEqualTo(seller);
    all.remove();
  }

  /** Most events are such ones, and each would take a transaction. */
  @Test
  void whatIsNothingToAnybodyIsNotRemembered() throws Exception {
    Hook hook = Hook.of(receiver, seller, false, CONFIRMED);
    UUID order = TestEvents.newId();
    UUID unwanted = Events.order(EventType.ORDER_UPDATED, order, seller, 1);
    UUID wanted = Events.order(EventType.ORDER_CONFIRMED, order, seller, 2);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(ids(hook)).containsExactly(wanted.toString()));
    assertThat(Hook.database().number("SELECT count(*) FROM inbox WHERE event_id = ?", wanted))
        .isEqualTo(1);
    assertThat(Hook.database().number("SELECT count(*) FROM inbox WHERE event_id = ?", unwanted))
        .isZero();
  }

  @Test
  void whoeverFailsGetsItAgainUnderTheSameIdAndTheLogTellsWhy() throws Exception {
    Map<String, Hook> hooks = new HashMap<>();
    Map<String, WebhookReceiver.Behaviour> bad =
        Map.of(
            "drop", drop(),
            "500", status(500, "we are \0 down, 4242 4242 4242 4242"),
            "301", redirect(301, receiver.url("/elsewhere")),
            "307", redirect(307, receiver.url("/elsewhere")),
            "hang", receiver.hang(),
            "late", receiver.after(Duration.ofMillis(700), status(200, "late, but there")));
    bad.forEach((name, behaviour) -> {
      Hook hook = Hook.of(receiver, seller, false, CONFIRMED);
      receiver.behave(hook.path(), first(1, behaviour, status(204)));
      hooks.put(name, hook);
    });
    UUID event = Events.order(EventType.ORDER_CONFIRMED, TestEvents.newId(), seller, 2);
    for (var named : hooks.entrySet()) {
      Hook hook = named.getValue();
      hook.awaitDeliveries("DELIVERED", 1);
      assertThat(new HashSet<>(ids(hook))).as(named.getKey()).containsExactly(event.toString());
      assertThat(hook.received()).hasSize(named.getKey().equals("late") ? 1 : 2);
      for (Received post : hook.received()) {
        verify(hook, post);
      }
    }
    assertThat(receiver.received("/elsewhere")).as("redirects are not followed").isEmpty();
    attempts(hooks, "drop").then().body(attempt("error"), equalTo("the connection broke"));
    attempts(hooks, "500")
        .then()
        .body(attempt("statusCode"), equalTo(500))
        .body(attempt("error"), equalTo("HTTP 500"))
        .body(attempt("responseBody"), equalTo("we are \ufffd down, 4242 42** **** 4242"));
    attempts(hooks, "301").then().body(attempt("statusCode"), equalTo(301));
    attempts(hooks, "307").then().body(attempt("error"), containsString("redirects are not"));
    attempts(hooks, "hang")
        .then()
        .body(attempt("error"), equalTo("no answer in time"))
        .body(attempt("statusCode"), nullValue());
    assertThat(attempts(hooks, "hang").<Integer>path(attempt("durationMillis")))
        .as("the limit of tests is 2 s")
        .isBetween(1_900, 4_000);
    attempts(hooks, "late")
        .then()
        .body("items[0].attempts.outcome", contains("DELIVERED"))
        .body(attempt("responseBody"), equalTo("late, but there"));
    List<Received> again = Objects.requireNonNull(hooks.get("500")).received();
    assertThat(Duration.between(again.getFirst().at(), again.getLast().at()))
        .isBetween(Duration.ofMillis(4_900), Duration.ofSeconds(12));
    assertThat(again.getLast().headers().get("webhook-timestamp"))
        .as("each attempt is signed with its own time")
        .isGreaterThan(again.getFirst().headers().get("webhook-timestamp"));
  }

  @Test
  void whoeverIsGoneGetsNothingMoreUntilItIsEnabledAndRecovered() {
    Hook hook = Hook.of(receiver, seller, false, CONFIRMED);
    receiver.behave(hook.path(), status(410));
    Instant since = Instant.now().minusSeconds(60);
    Events.order(EventType.ORDER_CONFIRMED, TestEvents.newId(), seller, 2);
    await()
        .atMost(SOON)
        .until(() -> hook.call().get(hook.route()).<String>path("status").equals("DISABLED"));
    hook.call().get(hook.route()).then().body("disabledReason", equalTo("GONE"));
    hook.awaitDeliveries("FAILED", 1);
    Hook witness = Hook.of(receiver, seller, false, CONFIRMED);
    Events.order(EventType.ORDER_CONFIRMED, TestEvents.newId(), seller, 2);
    witness.awaited(1);
    assertThat(hook.received()).as("a disabled one gets nothing").hasSize(1);
    hook.call()
        .body(Map.of("since", since.toString()))
        .post(hook.route() + "/recovery")
        .then()
        .statusCode(409);
    receiver.behave(hook.path(), status(200));
    hook.call().body(Map.of("status", "ENABLED")).patch(hook.route()).then().statusCode(200);
    hook.call()
        .body(Map.of("since", since.toString()))
        .post(hook.route() + "/recovery")
        .then()
        .statusCode(202)
        .body("recovered", equalTo(1))
        .body("remaining", equalTo(0));
    hook.awaitDeliveries("DELIVERED", 1);
    assertThat(new HashSet<>(ids(hook))).hasSize(1);
  }

  @Test
  void anEndpointThatFailsIsLeftAloneUntilOneProbeSucceeds() {
    Hook hook = Hook.of(receiver, seller, false, CONFIRMED);
    receiver.behave(hook.path(), status(503));
    IntStream.range(0, 12)
        .forEach(i -> Events.order(EventType.ORDER_CONFIRMED, TestEvents.newId(), seller, 2));
    await()
        .atMost(SOON)
        .until(() -> hook.call().get(hook.route()).<Integer>path("consecutiveFailures") >= 5);
    hook.call().get(hook.route()).then().body("pausedUntil", notNullValue());
    int posted = hook.received().size();
    assertThat(posted).as("at most four were under way when the fifth failed").isBetween(5, 8);
    hook.hurry();
    hook.awaited(posted + 1);
    await()
        .atMost(SOON)
        .until(() -> hook.call().get(hook.route()).<String>path("pausedUntil") != null);
    assertThat(hook.received()).as("one probe").hasSize(posted + 1);
    receiver.behave(hook.path(), status(200));
    hook.hurry();
    hook.awaitDeliveries("DELIVERED", 12);
    hook.call()
        .get(hook.route())
        .then()
        .body("consecutiveFailures", equalTo(0))
        .body("failingSince", nullValue());
  }

  @Test
  void keepsTheOrderOfAnOrderOnlyWhereThatIsAskedFor() {
    Hook ordered = Hook.of(receiver, seller, true, CONFIRMED);
    Hook plain = Hook.of(receiver, seller, false, CONFIRMED);
    UUID order = TestEvents.newId();
    for (Hook hook : List.of(ordered, plain)) {
      receiver.behave(
          hook.path(), (exchange, nth) -> exchange.sendResponseHeaders(nth == 1 ? 500 : 200, -1));
    }
    UUID one = Events.order(EventType.ORDER_CONFIRMED, order, seller, 2);
    await()
        .atMost(SOON)
        .until(() -> ordered.received().size() == 1 && plain.received().size() == 1);
    UUID two = Events.order(EventType.ORDER_CONFIRMED, order, seller, 3);
    UUID three = Events.order(EventType.ORDER_CONFIRMED, order, seller, 4);
    UUID other = Events.order(EventType.ORDER_CONFIRMED, TestEvents.newId(), seller, 2);
    ordered.awaited(5);
    plain.awaited(5);
    assertThat(ids(ordered).stream().filter(id -> !id.equals(other.toString())))
        .containsExactly(one.toString(), one.toString(), two.toString(), three.toString());
    assertThat(ids(ordered).subList(0, 2))
        .as("another order does not wait")
        .containsExactly(one.toString(), other.toString());
    assertThat(ids(plain).getLast()).as("the one that failed comes last").isEqualTo(one.toString());
  }

  @Test
  void oneCanBeSentAgainAndAPingGoesTheSameWay() throws Exception {
    Hook hook = Hook.of(receiver, seller, false, CONFIRMED);
    String ping =
        hook.call().post(hook.route() + "/ping").then().statusCode(202).extract().path("id");
    verify(hook, hook.awaited(1).getFirst());
    JsonPath body = new JsonPath(hook.received().getFirst().body());
    assertThat(body.getString("type")).isEqualTo("io.ordersystem.webhook.ping.v1");
    assertThat(body.getString("data.endpointId")).isEqualTo(hook.id().toString());
    hook.awaitDeliveries("DELIVERED", 1);
    String again = hook.route() + "/deliveries/" + ping + "/redelivery";
    hook.call()
        .header("Idempotency-Key", ping)
        .post(again)
        .then()
        .statusCode(202)
        .body("status", equalTo("PENDING"));
    hook.awaited(2);
    hook.awaitDeliveries("DELIVERED", 1);
    hook.call()
        .header("Idempotency-Key", ping)
        .post(again)
        .then()
        .statusCode(202)
        .header("Idempotency-Replayed", "true");
    assertThat(new HashSet<>(ids(hook))).hasSize(1);
    hook.call()
        .get(hook.route() + "/deliveries")
        .then()
        .body("items[0].attempts.size()", equalTo(2));
  }

  @Test
  void aBacklogIsPostedAsFastAsItsEndpointAnswers() {
    Hook hook = Hook.of(receiver, seller, false, CONFIRMED);
    UUID message = TestEvents.newId();
    Hook.database()
        .execute(
            "INSERT INTO webhook_messages SELECT uuidv7(), ?, '{}', now() FROM generate_series(1, 400)",
            message.toString());
    Hook.database()
        .execute(
            """
            INSERT INTO webhook_deliveries (id, endpoint_id, message_id, sequence_key, status, next_attempt_at, created_at)
            SELECT uuidv7(), ?, id, 'key', 'PENDING', now(), now() FROM webhook_messages WHERE type = ?
            """,
            hook.id(),
            message.toString());
    // By the beat alone, four a second, it would take a hundred seconds.
    assertThat(hook.awaited(400)).hasSize(400);
    assertThat(new HashSet<>(ids(hook))).hasSize(400);
  }

  @Test
  void slowEndpointsLeaveTheOthersTheirPlaces() {
    for (int i = 0; i < 16; i++) {
      Hook slow = Hook.of(receiver, "slow-" + i % 2 + seller, false, CONFIRMED);
      receiver.behave(slow.path(), receiver.after(Duration.ofMillis(1_500), status(204)));
    }
    Hook quick = Hook.of(receiver, seller, false, CONFIRMED);
    for (int i = 0; i < 6; i++) {
      Events.order(EventType.ORDER_CONFIRMED, TestEvents.newId(), "slow-0" + seller, 2);
      Events.order(EventType.ORDER_CONFIRMED, TestEvents.newId(), "slow-1" + seller, 2);
    }
    UUID event = Events.order(EventType.ORDER_CONFIRMED, TestEvents.newId(), seller, 2);
    quick.awaited(1);
    assertThat(ids(quick)).containsExactly(event.toString());
    assertThat(
            Hook.database()
                .number("SELECT count(*) FROM webhook_deliveries WHERE status = 'PENDING'"))
        .as("the slow ones still have work")
        .isPositive();
  }

  @Test
  void countsByChannelOwnerAndOutcome() {
    Hook hook = Hook.of(receiver, seller, false, CONFIRMED);
    receiver.behave(hook.path(), first(1, status(500), status(204)));
    hook.call().post(hook.route() + "/ping");
    hook.awaitDeliveries("DELIVERED", 1);
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(given().get(management).asString())
                .containsPattern(
                    "notifications_webhooks_attempts_seconds_count\\{.*outcome=\"refused\",owner=\"seller\"")
                .containsPattern(
                    "notifications_webhooks_attempts_seconds_count\\{.*outcome=\"delivered\",owner=\"seller\"")
                .containsPattern("notifications_webhooks_delay_seconds_count\\{.*owner=\"seller\"")
                .containsPattern("notifications_sent_total\\{.*channel=\"WEBHOOK\"")
                .containsPattern(
                    "notifications_send_duration_seconds_count\\{.*channel=\"WEBHOOK\",outcome=\"failed\"")
                .containsPattern(
                    "notifications_webhooks_endpoints\\{.*endpoints=\"healthy\".*\\} [1-9]")
                .containsPattern("notifications_webhooks_queue_depth\\{.*endpoints=\"healthy\"")
                .containsPattern(
                    "notifications_webhooks_queue_age_seconds\\{.*endpoints=\"failing\""));
  }

  @Test
  void whileARotationOverlapsBothSecretsVerify() throws Exception {
    Hook hook = Hook.of(receiver, seller, false, CONFIRMED);
    String secret =
        hook.call()
            .body("{}")
            .post(hook.route() + "/secret-rotation")
            .then()
            .extract()
            .path("secret");
    hook.call().post(hook.route() + "/ping");
    Received post = hook.awaited(1).getFirst();
    new Webhook(secret).verify(post.body(), headers(post));
    new Webhook(hook.secret()).verify(post.body(), headers(post));
    Hook.database()
        .execute(
            "UPDATE webhook_endpoints SET previous_secret_until = now() - interval '1 second' WHERE id = ?",
            hook.id());
    hook.call().post(hook.route() + "/ping");
    Received later = hook.awaited(2).getLast();
    assertThat(later.headers().get("webhook-signature")).startsWith("v1,").doesNotContain(" ");
    new Webhook(secret).verify(later.body(), headers(later));
  }

  @Test
  void ofALongAnswerOnlyTheBeginningIsRead() {
    Hook hook = Hook.of(receiver, seller, false, CONFIRMED);
    receiver.behave(hook.path(), status(200, "x".repeat(5_000_000)));
    hook.call().post(hook.route() + "/ping");
    hook.awaitDeliveries("DELIVERED", 1);
    hook.call()
        .get(hook.route() + "/deliveries")
        .then()
        .body(attempt("responseBody"), equalTo("x".repeat(1024)));
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
    // Not the service's own, which would measure the server.
    Vertx vertx = Vertx.vertx();
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(
                        TestCertificates.selfSigned(
                            directory.resolve("server.p12"), "ip:127.0.0.1")))
            .requestHandler(request -> request.response().end())
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    Hook hook =
        Hook.at(
            receiver,
            "https://127.0.0.1:%d%s".formatted(server.actualPort(), PATH_OF_TLS),
            PATH_OF_TLS,
            seller,
            false,
            CONFIRMED);
    hook.call().post(hook.route() + "/ping");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            hook.call()
                .get(hook.route() + "/deliveries")
                .then()
                .body(attempt("error"), containsString("no TLS connection")));
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static String attempt(String part) {
    return "items[0].attempts[0]." + part;
  }

  private static Response attempts(Map<String, Hook> hooks, String name) {
    Hook hook = Objects.requireNonNull(hooks.get(name));
    return hook.call().get(hook.route() + "/deliveries");
  }

  private static List<String> ids(Hook hook) {
    return hook.received().stream()
        .map(post -> String.valueOf(post.headers().get("webhook-id")))
        .toList();
  }

  private static JsonPath body(Hook hook, UUID event) {
    return hook.received().stream()
        .filter(post -> event.toString().equals(post.headers().get("webhook-id")))
        .findFirst()
        .map(post -> new JsonPath(post.body()))
        .orElseThrow();
  }

  /** By the library that the authors of the specification give to receivers. */
  private static void verify(Hook hook, Received post) throws Exception {
    assertThat(post.headers().get("content-type")).startsWith("application/json");
    new Webhook(hook.secret()).verify(post.body(), headers(post));
  }

  private static Map<String, List<String>> headers(Received post) {
    Map<String, List<String>> headers = new HashMap<>();
    post.headers().forEach((name, value) -> headers.put(name, List.of(value)));
    return headers;
  }
}
