package io.ordersystem.devstack.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Movement;
import io.ordersystem.devstack.client.Offer;
import io.ordersystem.devstack.events.EventConformance;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.Management;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Messages that cannot be processed hold up their own keys only. A thousand offers change all the
 * time; a trigger plays the handler with a bug, first for one of them, then for one message in a
 * hundred, with some that cannot be read at all in between. It also notes when each version took
 * effect, in which order.
 */
final class PoisonProof implements Proof {
  private static final int OFFERS = 1_000;
  private static final int QUICK_OFFERS = 100;
  private static final int CHANGES_PER_SECOND = 60;
  private static final Duration PHASE = Duration.ofSeconds(60);
  private static final Duration QUICK_PHASE = Duration.ofSeconds(6);
  private static final int CORRUPT = 10;
  private static final double MOST_SLOWER = 2.0;
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);
  private static final String SELLER = "poison-seller";
  private static final String CONSUMER = "stock-state";

  @Override
  public String name() {
    return "poison";
  }

  @Override
  public String promise() {
    return "what cannot be processed holds up its own key only, and nothing of it is lost";
  }

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (!quick && !scene.startsEmpty()) {
      return false;
    }
    try (var client = scene.client();
        Connection orders = scene.connect(DatabaseRole.ORDERS)) {
      var run = new Run(scene, quick, client.operator("prove"), orders);
      try {
        return run.holds();
      } finally {
        run.cleanUp();
      }
    }
  }

  private static final class Run {
    private final Scene scene;
    private final boolean quick;
    private final Caller operator;
    private final Connection orders;
    private final Management management = new Management(LocalPort.ORDER_MANAGEMENT.number());
    private final String prefix = Scene.newRun("poison") + "-";
    private final int offers;
    private final Random random = new Random(20_261_125);
    private final AtomicInteger failedChanges = new AtomicInteger();
    private int changes;

    Run(Scene scene, boolean quick, Caller operator, Connection orders) {
      this.scene = scene;
      this.quick = quick;
      this.operator = operator;
      this.orders = orders;
      this.offers = quick ? QUICK_OFFERS : OFFERS;
    }

    boolean holds() throws Exception {
      plantTrigger();
      offerAll();
      // What is compiled and connected on the way is not the first phase's to wait for.
      change(quick ? QUICK_PHASE.dividedBy(2) : PHASE.dividedBy(3));
      boolean flowed = settled(Set.of());

      long clean = phase("clean", () -> {});
      flowed &= settled(Set.of());
      String one = variant(0);
      long oneKey = phase("one key poisoned", () -> execute(bugOfKey(one)));
      flowed &= settled(parkedKeys());
      boolean heldOne = parkedKeys().equals(Set.of(key(one)));
      scene.say("parked: %s", parkedKeys());

      long onePercent =
          phase(
              "1 %% of messages poisoned, %d corrupt ones".formatted(CORRUPT),
              () -> {
                execute("INSERT INTO proof_bugs VALUES ('every', 100)");
                sendCorrupt();
              });
      Set<String> parked = parkedKeys();
      flowed &= settled(parked);
      scene.say("parked: %d keys, %d messages", parked.size(), parkedMessages());
      boolean heldMore = parked.size() > CORRUPT + 1;

      boolean stays = !redriveAll().isEmpty();
      scene.say("redrive while the bugs are there: %s", stays ? "they stay" : "THEY DO NOT STAY");
      execute("TRUNCATE proof_bugs");
      int discarded = discardCorrupt();
      List<String> refused = redriveAll();
      scene.say(
          "bugs fixed, %d corrupt messages discarded, redriven: %d keys stay parked",
          discarded, refused.size());
      boolean freed =
          Await.within(SETTLED_WITHIN, () -> redriveAll().isEmpty() && parkedKeys().isEmpty());
      boolean complete = settled(Set.of());
      List<String> wrong = wrongOrders();
      wrong.forEach(line -> scene.say("%s", line));
      scene.say("changes that failed: %d of %d", failedChanges.get(), changes);
      return flowed
          & heldOne
          & heldMore
          & stays
          & discarded == CORRUPT
          & freed
          & complete
          & wrong.isEmpty()
          & failedChanges.get() == 0
          & fast(clean, oneKey, onePercent)
          & scene.booksAreClean();
    }

    /** Timing is judged in the full form only: the short one runs beside everything else. */
    private boolean fast(long clean, long oneKey, long onePercent) {
      double one = (double) oneKey / clean;
      double percent = (double) onePercent / clean;
      scene.say(
          "p99 of the other keys, against the clean run: %.2f with one key poisoned, %.2f with 1 %% of messages",
          one, percent);
      return quick || (one <= MOST_SLOWER && percent <= MOST_SLOWER);
    }

    private void offerAll() throws InterruptedException {
      var failures = new AtomicInteger();
      try (var threads = Executors.newFixedThreadPool(8)) {
        for (int number = 0; number < offers; number++) {
          String variant = variant(number);
          threads.submit(() -> {
            try {
              operator.putOffer(
                  variant, SELLER, new Offer.Terms("Offer of a proof", 500, "EUR", 1_000, 0));
            } catch (RuntimeException failure) {
              failures.incrementAndGet();
            }
          });
        }
      }
      if (failures.get() > 0) {
        throw new IllegalStateException(failures.get() + " offers could not be made");
      }
    }

    private void plantTrigger() throws SQLException {
      execute(
          """
          CREATE TABLE proof_effects (variant text NOT NULL, version bigint NOT NULL, position bigserial,
            at timestamptz NOT NULL DEFAULT clock_timestamp());
          CREATE TABLE proof_bugs (what text, number bigint);
          CREATE FUNCTION proof_effect() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            IF EXISTS (SELECT FROM proof_bugs WHERE what = NEW.variant_id AND NEW.version >= number)
               OR EXISTS (SELECT FROM proof_bugs
                          WHERE what = 'every' AND abs(hashtext(NEW.variant_id || NEW.version)) % number = 0) THEN
              RAISE 'the handler has a bug';
            END IF;
            INSERT INTO proof_effects (variant, version) VALUES (NEW.variant_id, NEW.version);
            RETURN NEW;
          END $$;
          -- Before an insert: so also an effect that the newest version turns down is seen.
          CREATE TRIGGER proof_effect BEFORE INSERT ON offers FOR EACH ROW EXECUTE FUNCTION proof_effect();
          """);
    }

    void cleanUp() throws SQLException {
      execute(
          """
          DROP TRIGGER IF EXISTS proof_effect ON offers;
          DROP FUNCTION IF EXISTS proof_effect;
          DROP TABLE IF EXISTS proof_effects, proof_bugs;
          """);
    }

    /** What is done before a phase's load. */
    private interface Planting {
      void plant() throws Exception;
    }

    /** Runs the load; answers the p99 of keys that are not parked, in microseconds. */
    private long phase(String what, Planting planting) throws Exception {
      planting.plant();
      String began = scene.texts("SELECT clock_timestamp()::text").getFirst();
      change(quick ? QUICK_PHASE : PHASE);
      Set<String> parked = parkedKeys();
      settled(parked);
      Histogram latencies = latencies(began, parked);
      scene.say(
          "%-46s %6d effects, p50 %5.1f ms, p99 %5.1f ms, longest %6.1f ms",
          what,
          latencies.getTotalCount(),
          latencies.getValueAtPercentile(50) / 1e3,
          latencies.getValueAtPercentile(99) / 1e3,
          latencies.getMaxValue() / 1e3);
      return Math.max(1, latencies.getValueAtPercentile(99));
    }

    /** An open loop: the next change does not wait for the answer to this one. */
    private void change(Duration time) throws InterruptedException {
      long total = time.toMillis() * CHANGES_PER_SECOND / 1_000;
      try (var clock = Executors.newScheduledThreadPool(1);
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (long number = 0; number < total; number++) {
          String variant = variant(random.nextInt(offers));
          String key = prefix + changes++;
          clock.schedule(
              () -> threads.submit(() -> change(variant, key)),
              number * 1_000_000 / CHANGES_PER_SECOND,
              TimeUnit.MICROSECONDS);
        }
        clock.shutdown();
        if (!clock.awaitTermination(time.toSeconds() + 60, TimeUnit.SECONDS)) {
          throw new IllegalStateException("the load did not end");
        }
      }
    }

    private void change(String variant, String key) {
      try {
        operator.move(variant, SELLER, Movement.receipt(1, "proof"), key);
      } catch (RuntimeException failure) {
        failedChanges.incrementAndGet();
      }
    }

    private String bugOfKey(String variant) {
      return "INSERT INTO proof_bugs VALUES ('%s', 0)".formatted(variant);
    }

    /** Not JSON at all, under keys of offers that exist. */
    private void sendCorrupt() throws InterruptedException, ExecutionException {
      try (var producer =
          new KafkaProducer<>(
              Map.<String, Object>of(
                  ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + LocalPort.KAFKA.number()),
              new StringSerializer(),
              new ByteArraySerializer())) {
        for (int number = 1; number <= CORRUPT; number++) {
          var record =
              new ProducerRecord<>(
                  Topic.STOCK_STATE.topicName(), key(variant(number)), new byte[] {1, 2, 3});
          Map.of(
                  "ce_specversion",
                  "1.0",
                  "ce_id",
                  UUID.randomUUID().toString(),
                  "ce_source",
                  EventConformance.PLANTED,
                  "ce_type",
                  EventType.STOCK_CHANGED.ceType(),
                  "ce_time",
                  "2026-11-25T10:00:00Z")
              .forEach((name, value) ->
                  record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
          producer.send(record).get();
        }
      }
    }

    /** Gives up what cannot be read; answers how many. */
    private int discardCorrupt() {
      int discarded = 0;
      for (int number = 1; number <= CORRUPT; number++) {
        for (JsonNode message : management.parkedMessages(CONSUMER, key(variant(number)))) {
          if (message.path("bytes").asInt() == 3) {
            management.discard(message.path("id").asText(), "corrupt, planted by the proof");
            discarded++;
          }
        }
      }
      return discarded;
    }

    /** Tries everything once; answers the keys that stay parked. */
    private List<String> redriveAll() {
      var refused = new ArrayList<String>();
      String after = "";
      while (true) {
        JsonNode done = management.redrive(CONSUMER, null, after);
        done.path("refused").forEach(key -> refused.add(key.path("key").asText()));
        if (!done.has("next")) {
          return refused;
        }
        after = done.path("next").asText();
      }
    }

    private Set<String> parkedKeys() {
      return new HashSet<>(
          scene.texts(
              "SELECT key FROM orders.parked_keys WHERE consumer = '%s' AND key LIKE '%s%%'"
                  .formatted(CONSUMER, prefix)));
    }

    private long parkedMessages() {
      return scene.number(
          "SELECT count(*) FROM orders.parked_messages WHERE consumer = '%s' AND key LIKE '%s%%'"
              .formatted(CONSUMER, prefix));
    }

    /** Whether every offer but those is as inventory-service has it. */
    private boolean settled(Set<String> besides) {
      boolean settled = Await.within(SETTLED_WITHIN, () -> besides.containsAll(behind()));
      if (!settled) {
        var behind = new ArrayList<>(behind());
        behind.removeAll(besides);
        scene.say("NOT SETTLED: %d keys are behind: %s", behind.size(), behind);
      }
      return settled;
    }

    private List<String> behind() {
      return scene.texts(
          """
          SELECT last.subject FROM (
            SELECT subject, max(aggregate_version) AS version FROM inventory.outbox
            WHERE type = 'io.ordersystem.stock.changed.v1' AND subject LIKE '%s%%' GROUP BY subject) last
          LEFT JOIN orders.offers o ON o.variant_id || '|' || o.seller_id = last.subject
          WHERE o.version IS DISTINCT FROM last.version
          """
              .formatted(prefix));
    }

    private Histogram latencies(String began, Set<String> parked) throws SQLException {
      var latencies = new Histogram(3);
      try (PreparedStatement statement =
          orders.prepareStatement(
              """
              SELECT variant || '|' || ? AS key, variant, version, extract(epoch FROM at) * 1e6 AS at
              FROM proof_effects WHERE at >= ?::timestamptz
              """)) {
        statement.setString(1, SELLER);
        statement.setString(2, began);
        Map<String, Long> committed = committed(began);
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            Long since = committed.get(rows.getString("key") + "@" + rows.getLong("version"));
            if (since != null && !parked.contains(rows.getString("key"))) {
              latencies.recordValue(Math.max(1, rows.getLong("at") - since));
            }
          }
        }
      }
      return latencies;
    }

    /** When each version was written by its producer, in microseconds since the epoch. */
    private Map<String, Long> committed(String began) {
      var committed = new HashMap<String, Long>();
      scene
          .texts(
              """
              SELECT subject || '@' || aggregate_version || ' ' || (extract(epoch FROM time) * 1e6)::bigint
              FROM inventory.outbox
              WHERE type = 'io.ordersystem.stock.changed.v1' AND subject LIKE '%s%%' AND time >= '%s'::timestamptz
              """
                  .formatted(prefix, began))
          .forEach(line -> {
            int space = line.lastIndexOf(' ');
            committed.put(line.substring(0, space), Long.parseLong(line.substring(space + 1)));
          });
      return committed;
    }

    /** Keys of which a version is missing, came twice or came out of order. */
    private List<String> wrongOrders() {
      return scene.texts(
          """
          SELECT sent.subject || ': sent ' || sent.versions::text || ', took effect ' || coalesce(done.versions::text, 'nothing')
          FROM (SELECT subject, array_agg(aggregate_version ORDER BY position) AS versions FROM inventory.outbox
                WHERE type = 'io.ordersystem.stock.changed.v1' AND subject LIKE '%1$s%%' GROUP BY subject) sent
          LEFT JOIN (SELECT variant || '|%2$s' AS subject, array_agg(version ORDER BY position) AS versions
                     FROM orders.proof_effects GROUP BY variant) done USING (subject)
          WHERE sent.versions IS DISTINCT FROM done.versions
          """
              .formatted(prefix, SELLER));
    }

    private String variant(int number) {
      return prefix + number;
    }

    private static String key(String variant) {
      return variant + "|" + SELLER;
    }

    private void execute(String sql) throws SQLException {
      try (Statement statement = orders.createStatement()) {
        statement.execute(sql);
      }
    }
  }
}
