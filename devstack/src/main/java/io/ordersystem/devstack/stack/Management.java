package io.ordersystem.devstack.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.devstack.process.ComponentFailed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The management port of one process of a service. */
public final class Management {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  private final ObjectMapper json = new ObjectMapper();
  private final String address;

  public Management(int port) {
    this.address = "http://127.0.0.1:" + port;
  }

  /** The one of a service behind the gateway, by its short or full name. */
  public static Optional<Management> ofService(String name) {
    return switch (name.replace("-service", "")) {
      case "order" -> Optional.of(new Management(LocalPort.ORDER_MANAGEMENT.number()));
      case "inventory" -> Optional.of(new Management(LocalPort.INVENTORY_MANAGEMENT.number()));
      case "payment" -> Optional.of(new Management(LocalPort.PAYMENT_MANAGEMENT.number()));
      case "notification" ->
          Optional.of(new Management(LocalPort.NOTIFICATION_MANAGEMENT.number()));
      default -> Optional.empty();
    };
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

  private JsonNode read(String path) {
    var answer = send(HttpRequest.newBuilder(URI.create(address + path)));
    if (answer.statusCode() != 200) {
      throw new ComponentFailed(path + " answered " + answer.statusCode() + " " + answer.body());
    }
    try {
      return json.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new ComponentFailed(path + " answered no JSON", e);
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new ComponentFailed("nobody answers on " + address, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ComponentFailed("interrupted while asking " + address, e);
    }
  }
}
