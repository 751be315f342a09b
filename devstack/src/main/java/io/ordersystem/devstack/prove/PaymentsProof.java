package io.ordersystem.devstack.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.ordersystem.devstack.client.ProviderSandbox;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalPort;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Orders are paid, shipped in parts, cancelled and refunded while the provider loses, doubles and
 * shuffles its webhooks and times out after it has acted, and while payment-service is killed. At
 * the end provider, payments, ledger and orders say the same to the cent, no order was charged
 * twice, none that was cancelled holds money, and reconciliation finds nothing; then one break of
 * each type is planted, and found by its name.
 */
final class PaymentsProof implements Proof {
  private static final int ORDERS = 300;
  private static final int KILLS = 5;
  private static final int QUICK_ORDERS = 40;
  private static final int QUICK_KILLS = 1;
  private static final int AT_A_TIME = 8;
  private static final Duration SETTLES_WITHIN = Duration.ofSeconds(240);
  private static final String BAD_PROVIDER =
      """
      {"timeoutAfterEffectPercent": 10, "holdMs": 30000,
       "webhooks": {"losePercent": 20, "duplicatePercent": 20, "shuffle": true}}\
      """;
  private static final String GOOD_PROVIDER =
      """
      {"timeoutAfterEffectPercent": 0,
       "webhooks": {"losePercent": 0, "duplicatePercent": 0, "shuffle": false}}\
      """;

  /** What waits for its customer is asked for from time to time, and is nobody's work. */
  private static final String BUSY =
      """
      SELECT (SELECT count(*) FROM payments.payments WHERE task IS NOT NULL AND status <> 'REQUIRES_ACTION')
           + (SELECT coalesce(sum(jsonb_array_length(pending)), 0) FROM orders.order_sagas)\
      """;

  private static final String CANCELLED_WITH_MONEY =
      """
      SELECT count(*) FROM orders.orders o JOIN payments.payments p ON p.order_id = o.id
      WHERE o.status = 'CANCELLED' AND (p.taken_amount > p.given_back_amount OR (p.authorized_amount > 0 AND NOT p.closed))\
      """;
  private static final String FLAGGED =
      "SELECT order_id || ' ' || flag FROM orders.order_sagas WHERE flagged_at IS NOT NULL";

  @Override
  public String name() {
    return "payments";
  }

  @Override
  public String promise() {
    return "whatever the provider, the network or a crash does, each order ends with exactly its money";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (!quick && !scene.startsEmpty()) {
      return false;
    }
    try (var sandbox = new ProviderSandbox(URI.create(LocalPort.SANDBOX.url()))) {
      boolean holds = livesUnderFaults(scene, sandbox, quick);
      holds &= allSidesAgree(scene, sandbox);
      holds &= scene.booksAreClean();
      return holds & reconciles(scene, sandbox);
    }
  }

  private static boolean livesUnderFaults(Scene scene, ProviderSandbox sandbox, boolean quick)
      throws InterruptedException {
    int orders = quick ? QUICK_ORDERS : ORDERS;
    int kills = quick ? QUICK_KILLS : KILLS;
    var wrong = Collections.synchronizedList(new ArrayList<String>());
    var ended = new AtomicInteger();
    JsonNode before = sandbox.health();
    List<String> flaggedBefore = scene.texts(FLAGGED);
    sandbox.faults(BAD_PROVIDER);
    long began = System.nanoTime();
    try (var client = scene.client();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var life =
          new PaymentLife(scene, sandbox, client, "pay" + Long.toString(System.nanoTime(), 36));
      life.offer();
      threads.submit(() -> killInTheMiddle(scene, kills, orders, ended, wrong));
      var free = new Semaphore(AT_A_TIME);
      for (int i = 0; i < orders; i++) {
        int number = i;
        free.acquire();
        threads.submit(() -> {
          try {
            String failure = life.live(number);
            if (failure != null) {
              wrong.add(failure);
            }
          } catch (RuntimeException failure) {
            wrong.add("order %d: %s".formatted(number, failure));
          } finally {
            ended.incrementAndGet();
            free.release();
          }
        });
      }
    } finally {
      sandbox.faults(GOOD_PROVIDER);
    }
    JsonNode after = sandbox.health();
    scene.say("%d orders and %d kills in %.1f s", orders, kills, Scene.seconds(began));
    wrong.forEach(failure -> scene.say("WRONG: %s", failure));
    boolean happened = true;
    for (String fault : List.of("calls/heldAfterEffect", "webhooks/lost", "webhooks/duplicated")) {
      long count = after.at("/" + fault).asLong() - before.at("/" + fault).asLong();
      scene.say("%-22s %d", fault, count);
      happened &= count > 0;
    }
    boolean settled = Await.within(SETTLES_WITHIN, () -> scene.number(BUSY) == 0);
    scene.say(
        "%s after %.1f s",
        settled ? "nothing is left to be done" : "STILL TO BE DONE: " + scene.number(BUSY),
        Scene.seconds(began));
    List<String> flagged = new ArrayList<>(scene.texts(FLAGGED));
    flagged.removeAll(flaggedBefore);
    flagged.forEach(flag -> scene.say("flagged: %s", flag));
    return wrong.isEmpty() && happened && settled && flagged.isEmpty();
  }

  /** Spread over the run, each as soon as enough orders have ended. */
  private static void killInTheMiddle(
      Scene scene, int kills, int orders, AtomicInteger ended, List<String> wrong) {
    Component victim = scene.component("payment");
    try {
      for (int kill = 1; kill <= kills; kill++) {
        int at = orders * kill / (kills + 2);
        if (!Await.within(SETTLES_WITHIN, () -> ended.get() >= at)) {
          wrong.add("no progress before kill " + kill);
        }
        long began = System.nanoTime();
        victim.daemon().kill();
        victim.start().run();
        scene.say(
            "kill -9 %d/%d of payment-service after %d orders, back after %.1f s",
            kill, kills, ended.get(), Scene.seconds(began));
      }
    } catch (ComponentFailed failure) {
      wrong.add(String.valueOf(failure));
    }
  }

  /** Four sides, each summed up by itself. */
  private static boolean allSidesAgree(Scene scene, ProviderSandbox sandbox) {
    long taken = 0;
    long given = 0;
    var charged = new LinkedHashMap<String, Integer>();
    for (JsonNode intent : sandbox.intents()) {
      taken += intent.path("captured").asLong();
      given += intent.path("refunded").asLong();
      if (intent.path("captured").asLong() + intent.path("capturable").asLong() > 0) {
        charged.merge(intent.path("metadata").path("payment_id").asText(), 1, Integer::sum);
      }
    }
    String provider = taken + " - " + given;
    String payments =
        scene
            .texts(
                "SELECT coalesce(sum(taken_amount), 0) || ' - ' || coalesce(sum(given_back_amount), 0) FROM payments.payments")
            .getFirst();
    long ledger =
        scene.number(
            "SELECT coalesce(sum(amount), 0) FROM payments.ledger_entries WHERE account = 'provider:stripe'");
    String orders =
        scene
            .texts(
                "SELECT coalesce(sum(captured_amount), 0) || ' - ' || coalesce(sum(refunded_amount), 0) FROM orders.orders WHERE NOT is_split")
            .getFirst();
    long doubled = charged.values().stream().filter(times -> times > 1).count();
    long cancelled = scene.number(CANCELLED_WITH_MONEY);
    scene.say(
        "taken and given back: provider %s, payments %s, orders %s", provider, payments, orders);
    scene.say("the ledger has %d with the provider, which is %d", ledger, taken - given);
    scene.say("charged twice: %d; cancelled orders with money: %d", doubled, cancelled);
    return provider.equals(payments)
        && payments.equals(orders)
        && ledger == taken - given
        && taken > 0
        && given > 0
        && doubled == 0
        && cancelled == 0;
  }

  private static boolean reconciles(Scene scene, ProviderSandbox sandbox) throws SQLException {
    JsonNode clean = Reconciliation.run(scene);
    scene.say(
        "reconciliation: %s, %d seen, %d breaks",
        clean.path("status").asText(), clean.path("seen").asInt(), clean.path("breaks").size());
    boolean holds = clean.path("breaks").isEmpty() && clean.path("seen").asInt() > 0;
    var planted = new Breaks(scene, sandbox);
    try {
      Map<String, String> expected = planted.plant();
      JsonNode found = Reconciliation.run(scene);
      for (var entry : expected.entrySet()) {
        boolean named = isNamed(found, entry.getKey(), entry.getValue());
        scene.say(
            "planted %-14s %s: %s",
            entry.getKey(), entry.getValue(), named ? "found" : "NOT FOUND");
        holds &= named;
      }
    } finally {
      planted.mend();
    }
    JsonNode mended = Reconciliation.run(scene);
    scene.say("after they were mended: %d breaks", mended.path("breaks").size());
    return holds && mended.path("breaks").isEmpty();
  }

  private static boolean isNamed(JsonNode run, String type, String what) {
    for (JsonNode found : run.path("breaks")) {
      if (found.path("type").asText().equals(type)
          && (found.path("paymentId").asText().equals(what)
              || found.path("providerReference").asText().equals(what))) {
        return true;
      }
    }
    return false;
  }

  /** One break of each type, each undone afterwards. */
  private static final class Breaks {
    private static final String SETTLED =
        """
        SELECT id FROM payments.payments WHERE task IS NULL AND provider_reference IS NOT NULL AND taken_amount > 0
        ORDER BY id DESC LIMIT 5\
        """;

    private final Scene scene;
    private final ProviderSandbox sandbox;
    private final List<String> undo = new ArrayList<>();
    private final List<String> intents = new ArrayList<>();

    Breaks(Scene scene, ProviderSandbox sandbox) {
      this.scene = scene;
      this.sandbox = sandbox;
    }

    /** By type what it must be found at. */
    Map<String, String> plant() throws SQLException {
      List<String> payments = scene.texts(SETTLED);
      var planted = new LinkedHashMap<String, String>();
      planted.put("missing-here", charge("nobody"));
      planted.put("duplicate", charge(payments.get(0)));
      planted.put("missing-there", change(payments.get(1), "provider_reference", "'pi_gone'"));
      planted.put("amount", change(payments.get(2), "amount", "amount + 1"));
      planted.put("currency", change(payments.get(3), "currency", "'USD'"));
      planted.put("status", change(payments.get(4), "status", "'DECLINED'"));
      return planted;
    }

    private String charge(String payment) {
      String intent =
          sandbox
              .api(
                  "/v1/payment_intents",
                  "amount=700&currency=eur&payment_method=pm_card_visa&capture_method=manual&confirm=true"
                      + "&metadata[payment_id]="
                      + payment)
              .path("id")
              .asText();
      intents.add(intent);
      return intent;
    }

    private String change(String payment, String column, String value) throws SQLException {
      String where = " WHERE id = '" + payment + "'";
      String before =
          scene
              .texts("SELECT quote_nullable(" + column + ") FROM payments.payments" + where)
              .getFirst();
      undo.add("UPDATE payments.payments SET " + column + " = " + before + where);
      execute("UPDATE payments.payments SET " + column + " = " + value + where);
      return payment;
    }

    void mend() throws SQLException {
      for (String statement : undo) {
        execute(statement);
      }
      for (String intent : intents) {
        sandbox.api("/v1/payment_intents/" + intent + "/cancel", "");
      }
    }

    private void execute(String sql) throws SQLException {
      try (var connection = scene.connect(DatabaseRole.PAYMENTS);
          var statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }
  }
}
