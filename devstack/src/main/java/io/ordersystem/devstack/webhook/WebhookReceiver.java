package io.ordersystem.devstack.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP server on 127.0.0.1 that takes posts and behaves, path by path, as badly as it is told.
 * It keeps what it got, whatever it answered.
 */
public final class WebhookReceiver implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, List<Received>> received = new ConcurrentHashMap<>();
  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  private WebhookReceiver(HttpServer server) {
    this.server = server;
  }

  /** Listens on a free port; answers 204 until it is told otherwise. */
  public static WebhookReceiver start() throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var receiver = new WebhookReceiver(HttpServer.create(address, BACKLOG));
    receiver.server.setExecutor(receiver.threads);
    receiver.server.createContext("/", receiver::handle);
    receiver.server.start();
    return receiver;
  }

  /**
   * A post as it came.
   *
   * @param headers by name in lower case; of several values the first
   */
  public record Received(Instant at, Map<String, String> headers, String body) {}

  /** What is answered. */
  @FunctionalInterface
  public interface Behaviour {
    /** Answers, or closes without an answer; {@code nth} counts the posts to this path from 1. */
    void answer(HttpExchange exchange, int nth) throws IOException;
  }

  /** An answer with this status and an empty body. */
  public static Behaviour status(int status) {
    return (exchange, nth) -> exchange.sendResponseHeaders(status, -1);
  }

  /** An answer with this status and text. */
  public static Behaviour status(int status, String text) {
    return (exchange, nth) -> {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** A redirect to somewhere else. */
  public static Behaviour redirect(int status, String location) {
    return (exchange, nth) -> {
      exchange.getResponseHeaders().add("Location", location);
      exchange.sendResponseHeaders(status, -1);
    };
  }

  /** Closes the connection without an answer. */
  public static Behaviour drop() {
    return (exchange, nth) -> {};
  }

  /** Takes the post and answers nothing until the receiver is closed. */
  public Behaviour hang() {
    return (exchange, nth) -> await(closing, Duration.ofMinutes(10));
  }

  /** Answers late. */
  public Behaviour after(Duration pause, Behaviour then) {
    return (exchange, nth) -> {
      await(closing, pause);
      then.answer(exchange, nth);
    };
  }

  /** This for the first {@code times} posts, then the other. */
  public static Behaviour first(int times, Behaviour behaviour, Behaviour then) {
    return (exchange, nth) -> (nth <= times ? behaviour : then).answer(exchange, nth);
  }

  /** From now on. */
  public void behave(String path, Behaviour behaviour) {
    behaviours.put(path, behaviour);
  }

  /** Where to post to. */
  public String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
  }

  /** What came to a path, in the order in which it came. */
  public List<Received> received(String path) {
    return List.copyOf(received.getOrDefault(path, List.of()));
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Map<String, String> headers = new ConcurrentHashMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
      List<Received> here = received.computeIfAbsent(path, it -> new CopyOnWriteArrayList<>());
      int nth;
      synchronized (here) {
        here.add(new Received(Instant.now(), headers, body));
        nth = here.size();
      }
      behaviours.getOrDefault(path, status(204)).answer(exchange, nth);
    }
  }

  private static void await(CountDownLatch latch, Duration most) {
    try {
      // Whether it was counted down or the time was over: both end the waiting.
      var _ = latch.await(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
