package io.ordersystem.devstack.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The payment sandbox as tests see it: its ledger, and the faults it is told to show. */
public final class TestSandbox {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private TestSandbox() {}

  /** The provider's own books, as JSON. */
  public static String ledger() {
    return call(HttpRequest.newBuilder(uri("/sandbox/ledger")).GET());
  }

  /** Plants faults: see the sandbox's {@code POST /sandbox/faults}. */
  public static void faults(String json) {
    call(
        HttpRequest.newBuilder(uri("/sandbox/faults"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** Cancels an intent behind the back of payment-service, as from the provider's dashboard. */
  public static void cancel(String intent) {
    call(
        HttpRequest.newBuilder(uri("/v1/payment_intents/" + intent + "/cancel"))
            .header("Authorization", "Bearer sk_test_dashboard")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  private static URI uri(String path) {
    return URI.create("http://127.0.0.1:" + TestEnvironment.current().sandbox() + path);
  }

  private static String call(HttpRequest.Builder request) {
    try {
      var answer = HTTP.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException(
            "the sandbox answers " + answer.statusCode() + ": " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new IllegalStateException("the sandbox does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
