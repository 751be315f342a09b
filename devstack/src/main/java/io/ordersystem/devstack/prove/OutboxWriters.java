package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.ComponentFailed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Writers that change aggregates and append their events in one transaction each, as services do:
 * the guarded write first. They are processes of their own to the relay, so nobody wakes it.
 */
final class OutboxWriters implements AutoCloseable {
  /** Aggregates 1 to 900 are the writers', the rest belong to the open transactions. */
  private static final int AGGREGATES = 900;

  private static final int ROLLED_BACK_ONE_IN = 100;

  /** Versions start again with each run, so its subjects are its own. */
  private static final String RUN = Scene.newRun("proof") + "-";

  static final String CHANGE =
      "UPDATE proof_aggregates SET version = version + 1 WHERE id = ? RETURNING version";
  static final String APPEND =
      """
      INSERT INTO outbox (id, topic, key, type, dataschema, subject, aggregate_version, time, data)
      VALUES (overlay(uuid7_floor(now())::text placing substr(gen_random_uuid()::text, 15) from 15)::uuid,
              '%s', ?, 'io.ordersystem.proof.v1', 'proof', ?, ?, now(), '{}')
      """
          .formatted(OutboxProof.TOPIC);

  private final Scene scene;
  private final int events;
  private final long nanosBetween;
  private final int writers;
  private final Map<String, Long> committedAt = new ConcurrentHashMap<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger rolledBack = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;
  private volatile long started;
  private volatile long ended;

  /**
   * @param time about how long they take for all events
   */
  OutboxWriters(Scene scene, int events, int writers, Duration time) {
    this.scene = scene;
    this.events = events;
    this.writers = writers;
    // Paced, so that the delay is measured under load and not in a queue of the proof's own making.
    this.nanosBetween = time.toNanos() * writers / events;
  }

  void start() {
    started = System.nanoTime();
    for (int i = 0; i < writers; i++) {
      threads.add(Thread.ofPlatform().name("writer-" + i).start(this::write));
    }
  }

  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
    ended = System.nanoTime();
    if (written() < events) {
      throw new ComponentFailed("only %d of %d events were written".formatted(written(), events));
    }
  }

  /** When each (subject, version) was committed, by {@link System#nanoTime}. */
  Map<String, Long> committedAt() {
    return committedAt;
  }

  int written() {
    return committedAt.size();
  }

  int rolledBack() {
    return rolledBack.get();
  }

  /** Those of {@link #committedAt} that came later than this after the start. */
  Map<String, Long> committedAfter(Duration sinceStart) {
    var later = new HashMap<>(committedAt);
    later.values().removeIf(committed -> committed - started < sinceStart.toNanos());
    return later;
  }

  long startedAt() {
    return started;
  }

  double seconds() {
    return (ended - started) / 1e9;
  }

  private void write() {
    try (Connection connection = scene.connect(DatabaseRole.INVENTORY);
        PreparedStatement change = connection.prepareStatement(CHANGE);
        PreparedStatement append = connection.prepareStatement(APPEND)) {
      connection.setAutoCommit(false);
      var random = RandomGenerator.getDefault();
      long next = System.nanoTime();
      while (!stopping && begun.incrementAndGet() <= events) {
        LockSupport.parkNanos(next - System.nanoTime());
        next += nanosBetween;
        if (random.nextInt(ROLLED_BACK_ONE_IN) == 0) {
          one(change, append, 1 + random.nextInt(AGGREGATES));
          connection.rollback();
          rolledBack.incrementAndGet();
        }
        String event = one(change, append, 1 + random.nextInt(AGGREGATES));
        connection.commit();
        committedAt.put(event, System.nanoTime());
      }
    } catch (SQLException e) {
      scene.say("a writer failed: %s", e);
    }
  }

  /** Changes an aggregate and appends its event; answers {@code subject/version}. */
  static String one(PreparedStatement change, PreparedStatement append, int aggregate)
      throws SQLException {
    change.setInt(1, aggregate);
    long version;
    try (ResultSet row = change.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("no aggregate " + aggregate);
      }
      version = row.getLong(1);
    }
    String subject = RUN + aggregate;
    append.setString(1, subject);
    append.setString(2, subject);
    append.setLong(3, version);
    append.executeUpdate();
    return subject + "/" + version;
  }

  @Override
  public void close() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
