package io.ordersystem.devstack.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.ordersystem.devstack.client.ProviderSandbox;
import java.net.URI;
import java.util.function.Function;

/** The payment sandbox as tests see it: its ledger, and the faults it is told to show. */
public final class TestSandbox {
  private TestSandbox() {}

  /** The provider's own books, as a JSON array of payment intents. */
  public static String ledger() {
    return ask(ProviderSandbox::intents).toString();
  }

  /** The newest things that the provider has to tell, as a JSON array. */
  public static String events() {
    return ask(ProviderSandbox::events).toString();
  }

  /** Plants faults: see the sandbox's {@code POST /sandbox/faults}. */
  public static void faults(String json) {
    ask(sandbox -> {
      sandbox.faults(json);
      return sandbox;
    });
  }

  /** Cancels an intent behind the back of payment-service, as from the provider's dashboard. */
  public static void cancel(String intent) {
    JsonNode _ = ask(sandbox -> sandbox.api("/v1/payment_intents/" + intent + "/cancel", ""));
  }

  /** Gives money back behind the back of payment-service. */
  public static void refund(String intent, long amount) {
    JsonNode _ =
        ask(sandbox ->
            sandbox.api("/v1/refunds", "payment_intent=%s&amount=%d".formatted(intent, amount)));
  }

  /**
   * Makes a payment intent behind the back of payment-service; answers its id.
   *
   * @param form the parameters, form-encoded
   */
  public static String charge(String form) {
    return ask(sandbox -> sandbox.api("/v1/payment_intents", form)).path("id").asText();
  }

  /** Lets the bank drop a hold, as it does after about a week. */
  public static void expire(String intent) {
    ask(sandbox -> {
      sandbox.expire(intent);
      return sandbox;
    });
  }

  /** Lets the card holder answer the bank's question. */
  public static void authenticate(String intent) {
    ask(sandbox -> {
      sandbox.authenticate(intent);
      return sandbox;
    });
  }

  /** Lets the card holder contest a charge; answers the dispute's id. */
  public static String dispute(String intent, long amount) {
    return ask(sandbox -> sandbox.dispute(intent, amount)).path("id").asText();
  }

  /** Ends a dispute: {@code won} or {@code lost}. */
  public static void closeDispute(String dispute, String outcome) {
    ask(sandbox -> {
      sandbox.closeDispute(dispute, outcome);
      return sandbox;
    });
  }

  private static <T> T ask(Function<ProviderSandbox, T> question) {
    return question.apply(Holder.SANDBOX);
  }

  /** One for all calls, until the JVM ends: tests ask several times a second. */
  private static final class Holder {
    static final ProviderSandbox SANDBOX =
        new ProviderSandbox(URI.create("http://127.0.0.1:" + TestEnvironment.current().sandbox()));
  }
}
