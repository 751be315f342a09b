package io.ordersystem.orders.platform;

import static io.ordersystem.orders.Shop.as;
import static io.ordersystem.orders.Shop.body;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.place;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.orders.Shop;
import io.quarkus.arc.Arc;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the platform does about card numbers, seen from outside of one service. */
@QuarkusTest
class CardNumbersTest {
  private static final String CARD = "4242424242424242";
  private static final String MASKED = "424242******4242";
  private static final Logger LOG = Logger.getLogger(CardNumbersTest.class);

  private final ConsoleLog console = new ConsoleLog(console());

  @BeforeEach
  void listen() {
    LogContext.getLogContext().getLogger("").addHandler(console);
  }

  @AfterEach
  void nothingIsLogged() {
    LogContext.getLogContext().getLogger("").removeHandler(console);
    assertThat(console.lines).noneMatch(line -> line.contains(CARD));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CARD,
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "my card is 4242424242424242, please"
      })
  void anAddressMayNotHoldOne(String text) {
    refused(
        place(
            "c1",
            """
            {"customerId": "c1", "items": [{"variantId": "v", "quantity": 1}],
             "shippingAddress": {"name": "Ada", "line1": "%s", "city": "B", "postalCode": "1", "country": "DE"}}
            """
                .formatted(text)),
        "/shippingAddress/line1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "POST | /api/orders | {\"contact\": {\"name\": \"4242424242424242\"}} | /contact/name",
        "POST | /api/orders | {\"contact\": {\"email\": \"4242424242424242@a.org\"}} | /contact/email",
        "POST | /api/orders | {\"paymentMethod\": \"4242424242424242\"} | /paymentMethod",
        "POST | /api/orders | {\"nobodyReadsThis\": 4242424242424242} | /nobodyReadsThis",
        "POST | /api/orders | {\"items\": [{}, {\"a\": [\"4242424242424242\"]}]} | /items/1/a/0",
        "POST | /api/orders/preview | {\"contact\": {\"name\": \"4242424242424242\"}} | /contact/name",
        "POST | /api/orders/%s/cancellation | {\"reason\": \"4242424242424242\"} | /reason",
        "POST | /api/orders/%s/refunds | {\"reason\": \"4242424242424242\"} | /reason",
        "POST | /api/orders/%s/shipments | {\"carrier\": \"4242424242424242\"} | /carrier",
        "PATCH | /api/orders/%s | {\"shippingAddress\": {\"line2\": \"4242424242424242\"}} | /shippingAddress/line2"
      })
  void norAnyOtherText(String method, String path, String body, String pointer) {
    refused(
        as(TestTokens.operator())
            .body(body)
            .request(method, path.formatted(UUID.randomUUID().toString())),
        pointer);
  }

  @Test
  void norAMergePatchNorTheNameOfAMember() {
    refused(
        as(TestTokens.operator())
            .contentType("application/merge-patch+json")
            .body("{\"contact\": {\"" + CARD + "\": null}}")
            .patch("/api/orders/" + UUID.randomUUID()),
        "/contact");
  }

  @Test
  void norAQuery() {
    refused(as(TestTokens.operator()).get("/api/orders/active?note=4242+4242+4242+4242"), "/note");
    refused(
        as(TestTokens.operator())
            .get("/api/orders/" + UUID.randomUUID() + "/events/stream?note=" + CARD),
        "/note");
    as(TestTokens.operator())
        .get("/api/orders?customerId=" + CARD)
        .then()
        .statusCode(200)
        .body("items", hasSize(0));
  }

  @Test
  void idsMayLookLikeOne() {
    offer(CARD, "s1", 100, 1_000);
    String key = CARD + "-" + UUID.randomUUID();
    for (int i = 0; i < 2; i++) {
      as(TestTokens.customer("c1"))
          .header("Idempotency-Key", key)
          .header("X-Request-Id", CARD)
          .body(body("c1", CARD, 1))
          .post("/api/orders")
          .then()
          .statusCode(201)
          .header("X-Request-Id", CARD)
          .body("items[0].variantId", equalTo(CARD));
    }
    as(TestTokens.operator())
        .body(
            """
            {"carrier": "DHL", "trackingNumber": "%s", "lines": [{"itemId": "%s", "quantity": 1}]}
            """
                .formatted(CARD, UUID.randomUUID()))
        .post("/api/orders/" + UUID.randomUUID() + "/shipments")
        .then()
        .statusCode(404);
  }

  @Test
  void aPathIsNotRepeatedAsItIs() {
    as(TestTokens.operator())
        .get("/api/orders/" + CARD)
        .then()
        .statusCode(404)
        .body("instance", equalTo("/api/orders/" + MASKED))
        .body(not(containsString(CARD)));
    await()
        .atMost(Shop.SOON)
        .untilAsserted(() ->
            assertThat(Arc.container().instance(Spans.class).get().paths)
                .contains("/api/orders/" + MASKED)
                .doesNotContain("/api/orders/" + CARD));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"reason\": \"4242424242424242\"", "{reason: \"4242424242424242\"}"})
  void whatIsNoJsonIsStillMalformed(String body) {
    place("c1", body)
        .then()
        .statusCode(400)
        .body("code", equalTo("malformed-request"))
        .body(not(containsString(CARD)));
  }

  /** Our search ends at a number of a thousand digits, which no reader may pass over either. */
  @Test
  void whatCannotBeSearchedIsNotTaken() {
    String variant = newVariant();
    offer(variant, "s1", 100, 10);
    place(
            "c1",
            """
            {"customerId": "c1", "items": [{"variantId": "%s", "quantity": 1}], "x": %s, "y": "%s"}
            """
                .formatted(variant, "1".repeat(1001), CARD))
        .then()
        .statusCode(400)
        .body("code", equalTo("malformed-request"));
  }

  @Test
  void whateverIsLoggedIsMasked() {
    MDC.put("card", CARD);
    LOG.errorf(new IllegalStateException("card " + CARD), "order of %s", CARD);
    MDC.remove("card");
    assertThat(console.lines)
        .anySatisfy(line ->
            assertThat(line)
                .contains("order of " + MASKED)
                .contains("IllegalStateException: card " + MASKED));
  }

  private static void refused(Response response, String pointer) {
    response
        .then()
        .statusCode(422)
        .contentType("application/problem+json")
        .body("code", equalTo("card-number-not-allowed"))
        .body("errors", hasSize(1))
        .body("errors[0].pointer", equalTo(pointer))
        .body(not(containsString("4242")));
  }

  /** The handler that writes what an installation collects. */
  private static Handler console() {
    return all(LogContext.getLogContext().getLogger("").getHandlers())
        .filter(ConsoleHandler.class::isInstance)
        .findFirst()
        .orElseThrow();
  }

  private static Stream<Handler> all(Handler[] handlers) {
    return Arrays.stream(handlers)
        .flatMap(handler ->
            handler instanceof ExtHandler outer
                ? Stream.concat(Stream.of(outer), all(outer.getHandlers()))
                : Stream.of(handler));
  }

  /** Lines as the console has them: what its filter lets through, in its format. */
  private static final class ConsoleLog extends ExtHandler {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private ConsoleLog(Handler console) {
      setFilter(console.getFilter());
      setFormatter(console.getFormatter());
    }

    @Override
    protected void doPublish(ExtLogRecord record) {
      lines.add(getFormatter().format(record));
    }
  }

  /** The paths that spans of this test run have recorded. */
  @Singleton
  static class Spans implements SpanProcessor {
    private final List<String> paths = new CopyOnWriteArrayList<>();

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      // Looked at when it is finished.
    }

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      String path = span.getAttribute(AttributeKey.stringKey("url.path"));
      if (path != null && path.contains("4242")) {
        paths.add(path);
      }
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }
}
