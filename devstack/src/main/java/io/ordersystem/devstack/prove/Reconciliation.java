package io.ordersystem.devstack.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;

/** Reconciliations with the payment provider, as an operator asks for them. */
public final class Reconciliation {
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final String WAITING =
      "SELECT count(*) FROM payments.payments WHERE status = 'REQUIRES_ACTION'";

  private Reconciliation() {}

  /** A run to its end, of which nothing was left out but what waits for its customer. */
  public static JsonNode run(Scene scene) {
    try (var client = scene.client()) {
      var operator = client.operator("prove");
      var latest = new ArrayList<JsonNode>();
      Await.within(
          WITHIN,
          () -> {
            JsonNode ended = once(operator);
            latest.add(ended);
            return ended.path("status").asText().equals("SUCCEEDED")
                && ended.path("moving").asInt() <= scene.number(WAITING);
          });
      return latest.getLast();
    }
  }

  private static JsonNode once(Caller operator) {
    JsonNode run = operator.call("POST", "/api/payments/reconciliations", Map.of(), null).body();
    String path = "/api/payments/reconciliations/" + run.path("id").asText();
    return Await.seen(
        WITHIN,
        () -> operator.call("GET", path, null, null).body(),
        it -> !it.path("status").asText().equals("RUNNING"));
  }
}
