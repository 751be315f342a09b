package io.ordersystem.devstack.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.StockLevelChanged;
import io.ordersystem.devstack.client.Tokens;
import io.ordersystem.devstack.events.EventConformance;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.LocalSystem;
import io.ordersystem.devstack.webhook.WebhookReceiver;
import io.ordersystem.devstack.webhook.WebhookReceiver.Behaviour;
import io.ordersystem.devstack.webhook.WebhookReceiver.Received;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Whether dead endpoints slow the others: a thousand endpoints of as many sellers, in turns all
 * alive and with fifty dead, the same events in both arms. The delay of an event is the time from
 * its publishing to its arrival at the endpoint, of those endpoints that are alive in both arms.
 */
final class WebhookBench {
  private static final int ENDPOINTS = 1_000;
  private static final int DEAD = 50;
  private static final int EVENTS_PER_SECOND = 100;
  private static final int ALIVE_STATUS = 204;
  private static final double MOST = 2.0;
  private static final Duration SETTLES_WITHIN = Duration.ofSeconds(90);
  private static final String ROUTE = "/api/notifications/webhook-endpoints";
  private static final String TYPE = EventType.STOCK_OUT.ceType();

  private final LocalSystem system;
  private final Tokens tokens;
  private final PrintWriter out;
  private final Database database = new Database(LocalPort.POSTGRES.number());
  private final ObjectMapper json = new ObjectMapper();
  private final Figures p99Alive = new Figures();
  private final Figures p99Dead = new Figures();

  WebhookBench(LocalSystem system, Tokens tokens, PrintWriter out) {
    this.system = system;
    this.tokens = tokens;
    this.out = out;
  }

  /** Runs both arms in turns; whether the dead ones were in nobody's way. */
  boolean run(int rounds, int seconds, int warmUp)
      throws IOException, InterruptedException, SQLException {
    Component service =
        system.measured(
            "notification-service",
            "notification",
            LocalPort.NOTIFICATION.number(),
            LocalPort.NOTIFICATION_MANAGEMENT.number());
    try (var receiver = WebhookReceiver.start()) {
      for (String name : List.of("postgres", "kafka")) {
        system.find(name).orElseThrow().start().run();
      }
      service.start().run();
      subscribe(receiver);
      return measure(receiver, rounds, seconds, warmUp);
    } finally {
      service.stop().run();
    }
  }

  private void subscribe(WebhookReceiver receiver) throws InterruptedException {
    var http = HttpClient.newHttpClient();
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> made = new ArrayList<>();
      for (int i = 0; i < ENDPOINTS; i++) {
        int number = i;
        made.add(threads.submit(() -> subscribe(http, receiver, number)));
      }
      for (Future<Integer> one : made) {
        if (one.get() != 201) {
          throw new ComponentFailed("an endpoint was not made: HTTP " + one.get());
        }
      }
    } catch (ExecutionException e) {
      throw new ComponentFailed("an endpoint was not made: " + e.getCause());
    }
    say(
        "%,d endpoints of as many sellers, %d events a second for all",
        ENDPOINTS, EVENTS_PER_SECOND);
  }

  private int subscribe(HttpClient http, WebhookReceiver receiver, int number)
      throws IOException, InterruptedException {
    String body =
        json.writeValueAsString(
            Map.of("url", receiver.url(path(number)), "eventTypes", List.of(TYPE)));
    var request =
        HttpRequest.newBuilder(URI.create(LocalPort.NOTIFICATION.url() + ROUTE))
            .header("Authorization", "Bearer " + tokens.token("seller", "bench", seller(number)))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private boolean measure(WebhookReceiver receiver, int rounds, int seconds, int warmUp)
      throws SQLException {
    arm(receiver, false, warmUp);
    for (int round = 1; round <= rounds; round++) {
      for (boolean dead : List.of(false, true)) {
        List<Double> delays = arm(receiver, dead, seconds);
        delays.sort(null);
        String name = name(dead);
        (dead ? p99Dead : p99Alive).add(percentile(delays, 0.99));
        say(
            "round %d, %-12s %,6d events: p50 %5.0f ms, p99 %5.0f ms, slowest %5.0f ms",
            round,
            name + ":",
            delays.size(),
            percentile(delays, 0.5),
            percentile(delays, 0.99),
            delays.getLast());
      }
    }
    Figures ratios = p99Dead.by(p99Alive);
    boolean reached = ratios.median() <= MOST;
    say(
        "p99 of the %d that are alive, with %d dead by without: %s, at most %.1f allowed: %s",
        ENDPOINTS - DEAD, DEAD, ratios.text("%.2f"), MOST, reached ? "reached" : "MISSED");
    return reached;
  }

  private static String name(boolean dead) {
    return dead ? DEAD + " dead" : "all alive";
  }

  /**
   * One arm, from closed circuits and empty queues on; the delays of the living in milliseconds.
   */
  private List<Double> arm(WebhookReceiver receiver, boolean dead, int seconds)
      throws SQLException {
    for (int i = 0; i < DEAD; i++) {
      receiver.behave(path(i), dead ? death(receiver, i) : WebhookReceiver.status(ALIVE_STATUS));
    }
    Map<UUID, Instant> published = new HashMap<>();
    Map<UUID, Integer> targets = new HashMap<>();
    publish(seconds * EVENTS_PER_SECOND, published, targets);
    List<Double> delays = new ArrayList<>();
    boolean all =
        Await.within(
            SETTLES_WITHIN, () -> arrived(receiver, published, targets).size() == living(targets));
    arrived(receiver, published, targets)
        .forEach((id, at) -> delays.add(millis(Objects.requireNonNull(published.get(id)), at)));
    if (!all) {
      throw new ComponentFailed(
          "of %d events %d have arrived within %s"
              .formatted(living(targets), delays.size(), SETTLES_WITHIN));
    }
    settle(receiver);
    return delays;
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }

  /** As endpoints die: most take the connection and never answer. */
  private static Behaviour death(WebhookReceiver receiver, int number) {
    return switch (number % 5) {
      case 0 -> WebhookReceiver.status(500);
      case 1 -> WebhookReceiver.drop();
      default -> receiver.hang();
    };
  }

  private static long living(Map<UUID, Integer> targets) {
    return targets.values().stream().filter(number -> number >= DEAD).count();
  }

  private static Map<UUID, Instant> arrived(
      WebhookReceiver receiver, Map<UUID, Instant> published, Map<UUID, Integer> targets) {
    Map<UUID, Instant> arrived = new HashMap<>();
    for (int number = DEAD; number < ENDPOINTS; number++) {
      for (Received post : receiver.received(path(number))) {
        UUID id = UUID.fromString(String.valueOf(post.headers().get("webhook-id")));
        if (published.containsKey(id)) {
          arrived.merge(id, post.at(), (one, other) -> one.isBefore(other) ? one : other);
        }
      }
    }
    return arrived;
  }

  private void publish(int number, Map<UUID, Instant> published, Map<UUID, Integer> targets) {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + LocalPort.KAFKA.number()),
            new StringSerializer(),
            new StringSerializer())) {
      long began = System.nanoTime();
      for (int i = 0; i < number; i++) {
        long due = began + i * 1_000_000_000L / EVENTS_PER_SECOND;
        while (System.nanoTime() < due) {
          // The rate of the load, not waiting for something to happen.
          LockSupport.parkNanos(due - System.nanoTime());
        }
        UUID id = UUID.randomUUID();
        // A prime apart, so that every endpoint gets its share, the dead ones theirs in between.
        int target = (int) (i * 379L % ENDPOINTS);
        targets.put(id, target);
        published.put(id, Instant.now());
        producer.send(event(id, target));
      }
    }
  }

  private ProducerRecord<String, String> event(UUID id, int target) {
    String key = "bench|" + seller(target);
    var event =
        new ProducerRecord<>(EventType.STOCK_OUT.topic().topicName(), key, data(seller(target)));
    Map.of(
            "ce_specversion",
            "1.0",
            "ce_id",
            id.toString(),
            "ce_source",
            EventConformance.PLANTED,
            "ce_type",
            TYPE,
            "ce_subject",
            key,
            "ce_time",
            Instant.now().toString(),
            "ce_aggregateversion",
            "1",
            "ce_dataschema",
            EventType.STOCK_OUT.schemaUri(),
            "content-type",
            "application/json; charset=utf-8")
        .forEach(
            (name, value) -> event.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    return event;
  }

  private String data(String seller) {
    try {
      JsonNode tree = json.valueToTree(new StockLevelChanged("bench", seller, "bench", 0, 0, 0, 5));
      return json.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("always writable", e);
    }
  }

  /** All alive again, and nothing left over for the next arm. */
  private void settle(WebhookReceiver receiver) throws SQLException {
    for (int i = 0; i < DEAD; i++) {
      receiver.behave(path(i), WebhookReceiver.status(ALIVE_STATUS));
    }
    boolean empty =
        Await.within(
            SETTLES_WITHIN,
            () -> {
              try {
                return pending() == 0;
              } catch (SQLException e) {
                throw new ComponentFailed("cannot look at the queue: " + e.getMessage());
              }
            });
    if (!empty) {
      throw new ComponentFailed("%d deliveries are left over".formatted(pending()));
    }
  }

  private long pending() throws SQLException {
    try (var connection = database.connect(DatabaseRole.SUPERUSER);
        var statement = connection.createStatement()) {
      statement.execute("SET search_path TO notifications");
      statement.execute(
          "UPDATE webhook_endpoints SET failures = 0, failing_since = NULL, paused_until = NULL WHERE failures > 0");
      statement.execute(
          "UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'PENDING' AND next_attempt_at > now()");
      try (var rows =
          statement.executeQuery(
              "SELECT count(*) FROM webhook_deliveries WHERE status = 'PENDING'")) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private static double percentile(List<Double> sorted, double part) {
    return sorted.get((int) Math.ceil(part * sorted.size()) - 1);
  }

  private static String path(int number) {
    return "/endpoint-" + number;
  }

  private static String seller(int number) {
    return "bench-" + number;
  }

  private void say(String text, Object... arguments) {
    out.println(text.formatted(arguments));
    out.flush();
  }
}
