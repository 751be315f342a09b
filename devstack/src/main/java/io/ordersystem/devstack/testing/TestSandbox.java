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

  /** The newest things that the provider has to tell, as its list of events, as JSON. */
  public static String events() {
    return call(
        HttpRequest.newBuilder(uri("/v1/events?limit=100"))
            .header("Authorization", "Bearer sk_test_dashboard")
            .GET());
  }

  /** Plants faults: see the sandbox's {@code POST /sandbox/faults}. */
  public static void faults(String json) {
    admin("/sandbox/faults", json);
  }

  /** Cancels an intent behind the back of payment-service, as from the provider's dashboard. */
  public static void cancel(String intent) {
    api("/v1/payment_intents/" + intent + "/cancel", "");
  }

  /** Lets the bank drop a hold, as it does after about a week. */
  public static void expire(String intent) {
    admin("/sandbox/payment_intents/" + intent + "/expire", "{}");
  }

  /** Lets the card holder answer the bank's question, without a webhook's help or with it. */
  public static void authenticate(String intent) {
    admin("/sandbox/payment_intents/" + intent + "/authenticate", "{}");
  }

  /** Lets the card holder contest a charge; answers the dispute, as JSON. */
  public static String dispute(String intent, long amount) {
    return admin(
        "/sandbox/payment_intents/" + intent + "/dispute", "{\"amount\": %d}".formatted(amount));
  }

  /** Ends a dispute: {@code won} or {@code lost}. */
  public static void closeDispute(String dispute, String outcome) {
    admin("/sandbox/disputes/" + dispute + "/close", "{\"outcome\": \"%s\"}".formatted(outcome));
  }

  /**
   * Makes a payment intent behind the back of payment-service, as from the provider's dashboard;
   * answers it, as JSON.
   *
   * @param form the parameters, form-encoded
   */
  public static String charge(String form) {
    return api("/v1/payment_intents", form);
  }

  /** Gives money back behind the back of payment-service. */
  public static void refund(String intent, long amount) {
    api("/v1/refunds", "payment_intent=%s&amount=%d".formatted(intent, amount));
  }

  private static String api(String path, String form) {
    return call(
        HttpRequest.newBuilder(uri(path))
            .header("Authorization", "Bearer sk_test_dashboard")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }

  private static String admin(String path, String json) {
    return call(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
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
