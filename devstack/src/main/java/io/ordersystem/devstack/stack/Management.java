package io.ordersystem.devstack.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.devstack.process.ComponentFailed;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The management port of one process of a service. */
public final class Management {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** For what does much work in one call. */
  private static final Duration LONG_PATIENCE = Duration.ofMinutes(10);

  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  private final ObjectMapper json = new ObjectMapper();
  private final String address;

  public Management(int port) {
    this.address = "http://127.0.0.1:" + port;
  }

  /**
   * The one of an instance behind the gateway; {@link LocalService#named} says how it is called.
   */
  public static Optional<Management> ofService(String name) {
    return LocalService.named(name).map(instance -> new Management(instance.management().number()));
  }

  /** What it exports to Prometheus. */
  public String metrics() {
    return send(HttpRequest.newBuilder(URI.create(address + "/q/metrics"))).body();
  }

  /** {@code GET /ops/outbox}. */
  public JsonNode outbox() {
    return read("/ops/outbox");
  }

  /** Each fault point and how often this process has passed it. */
  public Map<String, Long> faultPoints() {
    var passes = new TreeMap<String, Long>();
    read("/ops/faults")
        .fields()
        .forEachRemaining(point -> passes.put(point.getKey(), point.getValue().asLong()));
    return passes;
  }

  /**
   * Arms a fault point.
   *
   * @throws ComponentFailed with the service's own words when it refuses, or does not answer
   */
  public void arm(String point, String action, int after, long millis) {
    var answer =
        send(
            HttpRequest.newBuilder(
                    URI.create(
                        "%s/ops/faults/%s?action=%s&after=%d&millis=%d"
                            .formatted(address, point, action, after, millis)))
                .POST(HttpRequest.BodyPublishers.noBody()));
    if (answer.statusCode() != 204) {
      throw new ComponentFailed("refused: " + answer.body());
    }
  }

  /** {@code GET /ops/parked}: what waits for a redrive, at most so many keys. */
  public JsonNode parked(int limit) {
    return read("/ops/parked?limit=" + limit);
  }

  /** {@code GET /ops/parked/messages}: the messages of a key, in order, with their data. */
  public JsonNode parkedMessages(String consumer, String key) {
    return read(
        "/ops/parked/messages?limit=1000&values=true&consumer=%s&key=%s"
            .formatted(encoded(consumer), encoded(key)));
  }

  /**
   * {@code POST /ops/parked/redrive}: one call, which does a limited part.
   *
   * @param key null for every key of the consumer
   * @param after where the last call has stopped; empty at first
   */
  public JsonNode redrive(String consumer, @Nullable String key, String after) {
    return change(
        "/ops/parked/redrive?consumer=%s&after=%s%s"
            .formatted(
                encoded(consumer), encoded(after), key == null ? "" : "&key=" + encoded(key)));
  }

  /** {@code POST /ops/parked/discard}. */
  public void discard(String id, String reason) {
    change("/ops/parked/discard?id=%s&reason=%s".formatted(encoded(id), encoded(reason)));
  }

  /** {@code POST /ops/state-topics/NAME/publication}. */
  public JsonNode publish(String topic) {
    return change("/ops/state-topics/" + encoded(topic) + "/publication");
  }

  /** {@code POST /ops/projections/NAME/rebuild}. */
  public JsonNode rebuild(String projection) {
    return change("/ops/projections/" + encoded(projection) + "/rebuild");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private JsonNode change(String path) {
    return body(
        path,
        send(
            HttpRequest.newBuilder(URI.create(address + path))
                .POST(HttpRequest.BodyPublishers.noBody()),
            LONG_PATIENCE));
  }

  private JsonNode read(String path) {
    return body(path, send(HttpRequest.newBuilder(URI.create(address + path))));
  }

  private JsonNode body(String path, HttpResponse<String> answer) {
    if (answer.statusCode() != 200 && answer.statusCode() != 204) {
      throw new ComponentFailed(path + " answered " + answer.statusCode() + " " + answer.body());
    }
    try {
      return json.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new ComponentFailed(path + " answered no JSON", e);
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    return send(request, PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, Duration patience) {
    try {
      return HTTP.send(request.timeout(patience).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new ComponentFailed("nobody answers on " + address, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ComponentFailed("interrupted while asking " + address, e);
    }
  }
}
