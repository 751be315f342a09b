package io.ordersystem.contracts.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ordersystem.contracts.consumer.HttpHealer.Settings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHealerTest {
  private static final Duration PROMPT = Duration.ofSeconds(5);

  private final Orders source = new Orders(2, 10);
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> tokens = Collections.synchronizedList(new ArrayList<>());

  /** What to answer before answering properly. */
  private final Deque<Answer> troubles = new ArrayDeque<>();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;
  private HttpHealer healer;

  @FunctionalInterface
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
    var asked = new AtomicInteger();
    healer =
        new HttpHealer(
            base(),
            () -> "token-" + asked.incrementAndGet(),
            new Settings(PROMPT, 3, Duration.ofMillis(1), 4));
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private URI base() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      URI uri = exchange.getRequestURI();
      requests.add(uri.getRawPath() + "?" + uri.getRawQuery());
      tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
      Answer trouble = troubles.poll();
      if (trouble != null) {
        trouble.to(exchange);
        return;
      }
      String subject = uri.getPath().split("/")[3];
      long after = Long.parseLong(uri.getQuery().replaceAll(".*after=(\\d+).*", "$1"));
      int limit = Integer.parseInt(uri.getQuery().replaceAll(".*limit=(\\d+).*", "$1"));
      String items =
          source.after(subject, after, limit).stream()
              .map(HttpHealerTest::item)
              .collect(Collectors.joining(","));
      status(exchange, subject.startsWith("order-") ? 200 : 404, "{\"items\":[" + items + "]}");
    }
  }

  private static String item(ConsumedEvent event) {
    return """
    {"version": %d, "type": "%s", "time": "%s", "actor": "someone", "data": %s, "new": 1}
    """
        .formatted(
            event.version(),
            event.version() == 1 ? "placed" : "payment-action-required",
            event.time(),
            event.data());
  }

  private static void status(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static Answer failing(int status) {
    return exchange -> status(exchange, status, "{\"code\":\"trouble\"}");
  }

  @Test
  void readsWhatTheSourceTells() throws IOException {
    List<ConsumedEvent> events = healer.after("/order-service", "order-1", 0);
    assertThat(events).extracting(ConsumedEvent::version).containsExactly(1L, 2L, 3L, 4L);
    assertThat(events.getFirst())
        .isEqualTo(
            new ConsumedEvent(
                "/order-service",
                "order-1",
                1,
                null,
                "io.ordersystem.order.placed.v1",
                Instant.ofEpochSecond(1),
                "{\"subject\":\"order-1\",\"version\":1}"));
    assertThat(events.get(1).type()).isEqualTo("io.ordersystem.order.updated.v1");
    assertThat(requests).containsExactly("/api/orders/order-1/events?after=0&limit=4");
    assertThat(tokens).containsExactly("Bearer token-1");
  }

  @Test
  void takesTheTypeAndTheIdWhereTheSourceGivesThem() throws IOException {
    troubles.add(exchange ->
        status(
            exchange,
            200,
            """
            {"items": [{"id": "i1", "version": 1, "type": "io.ordersystem.order.shipped.v1",
              "time": "2026-01-01T00:00:00Z", "data": {"amount": 12345678901234567890.10}}],
             "nextCursor": "unused"}
            """));
    assertThat(healer.after("/order-service", "order-1", 0))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.id()).isEqualTo("i1");
          assertThat(event.type()).isEqualTo("io.ordersystem.order.shipped.v1");
          assertThat(event.data()).isEqualTo("{\"amount\":12345678901234567890.10}");
        });
  }

  @Test
  void withTheSequencerFollowsThePages() {
    var projection = new Orders.Projection();
    EventSequencer sequencer = EventSequencer.deliveringTo(projection).healer(healer).build();
    sequencer.offer(Orders.event("order-0", 10));
    sequencer.offer(Orders.event("order-1", 10));
    assertThat(projection.seen).isEqualTo(source.projection());
    assertThat(requests)
        .startsWith(
            "/api/orders/order-0/events?after=0&limit=4",
            "/api/orders/order-0/events?after=4&limit=4",
            "/api/orders/order-0/events?after=8&limit=4")
        .hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503})
  void asksAgainWhatIsAwayForAMoment(int status) throws IOException {
    troubles.add(failing(status));
    troubles.add(failing(status));
    assertThat(healer.after("/order-service", "order-0", 0)).hasSize(4);
    assertThat(requests).hasSize(3);
    assertThat(tokens).containsExactly("Bearer token-1", "Bearer token-2", "Bearer token-3");
  }

  @Test
  void givesUpAfterTheLastAttempt() {
    for (int i = 0; i < 3; i++) {
      troubles.add(failing(503));
    }
    assertThatThrownBy(() -> healer.after("/order-service", "order-0", 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("503 {\"code\":\"trouble\"} after 3 attempts");
    assertThat(requests).hasSize(3);
  }

  @Test
  void waitsAsLongAsTheSourceAsks() throws IOException {
    troubles.add(exchange -> {
      exchange.getResponseHeaders().set("Retry-After", "1");
      status(exchange, 429, "");
    });
    long start = System.nanoTime();
    assertThat(healer.after("/order-service", "order-0", 0)).hasSize(4);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4));
  }

  @Test
  void anUnknownSubjectHasNothing() throws IOException {
    assertThat(healer.after("/order-service", "no order/..?x", 0)).isEmpty();
    assertThat(requests).containsExactly("/api/orders/no%20order%2F..%3Fx/events?after=0&limit=4");
  }

  @Test
  void anotherSourceIsNotAsked() throws IOException {
    assertThat(healer.after("/payment-service", "order-0", 0)).isEmpty();
    assertThat(requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 400, 401, 403})
  void aRefusalIsAFaultAndNotRepeated(int status) {
    troubles.add(failing(status));
    assertThatThrownBy(() -> healer.after("/order-service", "order-0", 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("order-0/events?after=0&limit=4: " + status);
    assertThat(requests).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "{}",
        "{\"items\":[{\"version\":1}]}",
        "{\"items\":[{\"version\":1,\"type\":\"placed\",\"time\":\"noon\",\"data\":{}}]}"
      })
  void anAnswerThatCannotBeReadIsNoAnswer(String body) {
    troubles.add(exchange -> status(exchange, 200, body));
    assertThatThrownBy(() -> healer.after("/order-service", "order-0", 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("unreadable answer");
  }

  @Test
  void aBodyThatStallsEndsWithTheTimeout() {
    var hasty =
        new HttpHealer(
            base(), () -> "t", new Settings(Duration.ofMillis(300), 1, Duration.ZERO, 1));
    troubles.add(exchange -> {
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      pause(PROMPT);
    });
    assertThatThrownBy(() -> hasty.after("/order-service", "order-0", 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no answer within PT0.3S after 1 attempts");
  }

  @Test
  void nobodyThereIsAnIoException() {
    server.stop(0);
    assertThatThrownBy(() -> healer.after("/order-service", "order-0", 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ConnectException")
        .hasMessageContaining("after 3 attempts");
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() {
    troubles.add(exchange -> pause(PROMPT));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> healer.after("/order-service", "order-0", 0))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void senselessSettingsAreRefused() {
    assertThatThrownBy(() -> new Settings(PROMPT, 0, PROMPT, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Settings(PROMPT, 1, PROMPT, 1001))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Settings(Duration.ZERO, 1, PROMPT, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
