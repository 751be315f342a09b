package io.ordersystem.devstack.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.ordersystem.devstack.client.ProviderSandbox;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.StateDirectory;
import io.ordersystem.devstack.prove.Reconciliation;
import io.ordersystem.devstack.prove.Scene;
import io.ordersystem.devstack.prove.Traffic.Taken;
import io.ordersystem.devstack.recovery.Recovery;
import io.ordersystem.devstack.redis.RedisCommand;
import io.ordersystem.devstack.stack.LocalPort;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What is done and looked at when a server takes writes again. */
final class Aftermath {
  /** Longer than consumers are behind while a drill runs. */
  private static final Duration MARGIN = Duration.ofSeconds(60);

  private static final Duration DECIDED_WITHIN = Duration.ofSeconds(120);

  /** States in which a provider may hold money for nothing. */
  private static final List<String> OPEN =
      List.of("requires_capture", "requires_action", "requires_confirmation", "processing");

  private final Scene scene;
  private final Database database;

  /**
   * On a server.
   *
   * @param database what services will be led to
   */
  Aftermath(Scene scene, Database database) {
    this.scene = scene;
    this.database = database;
  }

  /**
   * Makes the world and a database agree that knows nothing after a moment, before services get to
   * it.
   *
   * @return orders that the topics tell of and that are gone
   */
  Set<String> recover(Instant to) throws SQLException, IOException {
    Path file =
        StateDirectory.directory(scene.system().state().root().resolve("recovery"))
            .resolve("lost-" + to.toString().replace(':', '-') + ".jsonl");
    try (Connection connection = database.connect(DatabaseRole.SUPERUSER)) {
      var outcome =
          new Recovery(
                  connection, Map.of("bootstrap.servers", "127.0.0.1:" + LocalPort.KAFKA.number()))
              .run(to, MARGIN, file);
      scene.say(
          "recovery: %d messages have no outbox any more and will have no effect, %d orders were placed by them: %s",
          outcome.forgotten(), outcome.orders().size(), file);
      scene.say(
          "recovery: %d messages since %d s before are sent again",
          outcome.again(), MARGIN.toSeconds());
      letGo(outcome.orders());
      scene.say(
          "recovery: caches emptied: %s", RedisCommand.ask(LocalPort.REDIS.number(), "FLUSHALL"));
      return outcome.orders();
    }
  }

  /**
   * Holds of orders that are gone are let go of; what was taken needs somebody who gives it back.
   */
  private void letGo(Set<String> gone) {
    int released = 0;
    int taken = 0;
    try (var provider = new ProviderSandbox(URI.create(LocalPort.SANDBOX.url()))) {
      for (JsonNode intent : provider.intents()) {
        if (!gone.contains(intent.path("metadata").path("order_id").asText())) {
          continue;
        }
        if (OPEN.contains(intent.path("status").asText())) {
          provider.api("/v1/payment_intents/" + intent.path("id").asText() + "/cancel", "");
          released++;
        } else if (intent.path("captured").asLong() > intent.path("refunded").asLong()) {
          taken++;
        }
      }
    }
    scene.say(
        "recovery: %d holds of orders that are gone were let go of, %d captures are to be given back by hand",
        released, taken);
  }

  /** Which of these orders the server does not know. */
  Set<String> missing(Collection<Taken> orders) throws SQLException {
    var missing = new TreeSet<String>();
    orders.forEach(order -> missing.add(order.id()));
    texts("SELECT id::text FROM orders.orders").forEach(missing::remove);
    return missing;
  }

  /** Whether all orders come to an end, the books are clean, and the provider says the same. */
  boolean isClean() {
    boolean decided = Await.within(DECIDED_WITHIN, () -> scene.undecided() == 0);
    scene.say(decided ? "all orders are decided" : "NOT ALL ORDERS ARE DECIDED");
    boolean clean = scene.booksAreClean();
    JsonNode run = Reconciliation.run(scene);
    boolean agreed =
        run.path("status").asText().equals("SUCCEEDED") && run.path("breaks").isEmpty();
    scene.say(
        "reconciliation: %s, %d payments compared, %d breaks",
        run.path("status").asText(), run.path("seen").asInt(), run.path("breaks").size());
    run.path("breaks").forEach(found -> scene.say("  %s", found));
    return decided & clean & agreed;
  }

  private Set<String> texts(String sql) throws SQLException {
    var texts = new HashSet<String>();
    try (Connection connection = database.connect(DatabaseRole.AUDITOR);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }
}
