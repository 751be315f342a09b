package io.ordersystem.devstack.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The payment sandbox from its own side: told to misbehave, and asked what it has. */
public final class ProviderSandbox implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI address;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  public ProviderSandbox(URI address) {
    this.address = address;
  }

  /** Plants faults; those that are not named stay as they are. */
  public void faults(String json) {
    post("/sandbox/faults", "application/json", json);
  }

  /** What it has counted since it started. */
  public JsonNode health() {
    return get("/sandbox/health");
  }

  /** All payment intents. */
  public JsonNode intents() {
    return get("/sandbox/ledger").path("intents");
  }

  /** The card holder has answered the bank's question. */
  public void authenticate(String intent) {
    post("/sandbox/payment_intents/" + intent + "/authenticate", "application/json", "{}");
  }

  /** Lets the bank drop a hold, as it does after about a week. */
  public void expire(String intent) {
    post("/sandbox/payment_intents/" + intent + "/expire", "application/json", "{}");
  }

  /** Lets the card holder contest a charge; answers the dispute. */
  public JsonNode dispute(String intent, long amount) {
    return post(
        "/sandbox/payment_intents/" + intent + "/dispute",
        "application/json",
        "{\"amount\": %d}".formatted(amount));
  }

  /** Ends a dispute: {@code won} or {@code lost}. */
  public void closeDispute(String dispute, String outcome) {
    post(
        "/sandbox/disputes/" + dispute + "/close",
        "application/json",
        "{\"outcome\": \"%s\"}".formatted(outcome));
  }

  /** The newest things that it has to tell, newest first. */
  public JsonNode events() {
    return get("/v1/events?limit=100").path("data");
  }

  /** A call of the API by somebody else, such as from the provider's dashboard. */
  public JsonNode api(String path, String form) {
    return post(path, "application/x-www-form-urlencoded", form);
  }

  private JsonNode get(String path) {
    return send(
        HttpRequest.newBuilder(address.resolve(path))
            .header("Authorization", "Bearer sk_test_dashboard")
            .GET());
  }

  private JsonNode post(String path, String type, String body) {
    return send(
        HttpRequest.newBuilder(address.resolve(path))
            .header("Content-Type", type)
            .header("Authorization", "Bearer sk_test_dashboard")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      var answer = http.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException(
            "the sandbox answers " + answer.statusCode() + ": " + answer.body());
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new IllegalStateException("the sandbox does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the sandbox", e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
