package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.client.Offer;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.client.Placement;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.prove.WrittenAndRead.Subject;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalPort;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Replicas stand still, lag and die, Redis does its worst, and who has written reads that. */
final class ReadsProof implements Proof {
  private static final int WRITERS = 4;
  private static final int HEALTHY = 100;
  private static final Duration READ_AGAIN_WITHIN = Duration.ofSeconds(30);

  /** No cache has it. */
  private static final String LIST = "/api/orders?customerId=prove-reads&limit=50";

  @Override
  public String name() {
    return "reads";
  }

  @Override
  public String promise() {
    return "whoever has written reads nothing older, whatever becomes of replicas and caches";
  }

  /** How many writes each part has. */
  private record Size(int replica, int redis) {}

  @Override
  public boolean holds(Scene scene, boolean quick, @Nullable Path directory) throws Exception {
    if (!quick && !scene.startsEmpty()) {
      return false;
    }
    var size = quick ? new Size(200, 60) : new Size(5_000, 1_000);
    String bearer = scene.token("operator", "prove");
    List<Subject> subjects = subjects(scene);
    boolean holds = allIsWell(scene, bearer, subjects);
    holds &= replicaStandsStill(scene, bearer, subjects, size.replica());
    holds &= replicaLags(scene, bearer, subjects, quick ? 40 : size.replica());
    holds &= replicaDies(scene, bearer, subjects);
    for (RedisTrouble trouble : RedisTrouble.values()) {
      holds &= redisIsInTrouble(scene, bearer, subjects, size.redis(), trouble);
    }
    if (!quick) {
      holds &= new CacheLatency(scene, bearer).holds();
    }
    return holds & scene.booksAreClean();
  }

  /** Whoever has a token is mostly answered by the replica: the rest would prove nothing. */
  private static boolean allIsWell(Scene scene, String bearer, List<Subject> subjects)
      throws Exception {
    try (var tally = new WrittenAndRead(bearer)) {
      boolean replica = tally.comesFrom(LIST, "replica", READ_AGAIN_WITHIN);
      write(tally, subjects, HEALTHY);
      int elsewhere = tally.sources("replica") + tally.sources("cache");
      scene.say("all is well:        %s", tally);
      return replica & tally.holds() & elsewhere * 2 > HEALTHY;
    }
  }

  /**
   * Replay is paused: tokens lead to the primary. Others get what was, from the replica, until it
   * is too far behind for them, too.
   */
  private static boolean replicaStandsStill(
      Scene scene, String bearer, List<Subject> subjects, int writes) throws Exception {
    onReplica("SELECT pg_wal_replay_pause()");
    try (var tally = new WrittenAndRead(bearer)) {
      write(tally, subjects, writes);
      scene.say("replay paused:      %s", tally);
      return tally.holds()
          & tally.sources("primary") > 0
          & tally.strangers("replica") > 0
          & tally.staleStrangers() > 0;
    } finally {
      onReplica("SELECT pg_wal_replay_resume()");
    }
  }

  /** Each commit is replayed two seconds after it was made. */
  private static boolean replicaLags(Scene scene, String bearer, List<Subject> subjects, int writes)
      throws Exception {
    onReplica("ALTER SYSTEM SET recovery_min_apply_delay = '2s'", "SELECT pg_reload_conf()");
    try (var tally = new WrittenAndRead(bearer)) {
      boolean replica = tally.comesFrom(LIST, "replica", READ_AGAIN_WITHIN);
      write(tally, subjects, writes);
      scene.say("replay 2 s late:    %s", tally);
      return replica
          & tally.holds()
          & tally.sources("primary") > 0
          & tally.strangers("replica") > 0;
    } finally {
      onReplica("ALTER SYSTEM RESET recovery_min_apply_delay", "SELECT pg_reload_conf()");
    }
  }

  private static boolean replicaDies(Scene scene, String bearer, List<Subject> subjects)
      throws Exception {
    Component replica = scene.component("postgres-replica");
    try (var tally = new WrittenAndRead(bearer)) {
      boolean before = tally.comesFrom(LIST, "replica", READ_AGAIN_WITHIN);
      var over = new AtomicBoolean();
      boolean moved;
      boolean back;
      try (var thread = Executors.newSingleThreadExecutor()) {
        Future<?> going = thread.submit(until(over, tally, subjects));
        try {
          replica.daemon().kill();
          moved = tally.comesFrom(LIST, "primary", READ_AGAIN_WITHIN);
          replica.start().run();
          back = tally.comesFrom(LIST, "replica", READ_AGAIN_WITHIN);
        } finally {
          over.set(true);
        }
        going.get();
      }
      scene.say(
          "replica killed:     %s; lists moved to the primary: %s, and back: %s",
          tally, moved, back);
      return before & moved & back & tally.holds();
    }
  }

  private static boolean redisIsInTrouble(
      Scene scene, String bearer, List<Subject> subjects, int writes, RedisTrouble trouble)
      throws Exception {
    Subject order = subjects.getFirst();
    try (var tally = new WrittenAndRead(bearer)) {
      // What it shows now must not be shown afterwards.
      boolean before = tally.isCachedAsWritten(order, READ_AGAIN_WITHIN);
      try (var ended = trouble.begin(scene.component("redis"))) {
        write(tally, subjects, writes);
      }
      boolean after =
          trouble.keepsFences()
              ? tally.isCachedAsWritten(order, READ_AGAIN_WITHIN)
              : tally.comesFrom(order.path(), "cache", READ_AGAIN_WITHIN);
      scene.say(
          "redis %-13s %s; cached before: %s, and after%s: %s",
          trouble.label() + ":", tally, before, trouble.keepsFences() ? " as written" : "", after);
      return before & after & tally.holds();
    }
  }

  /** An order, an offer and somebody's preferences: three services, two of them with a cache. */
  private static List<Subject> subjects(Scene scene) throws Exception {
    String offer = "/api/inventory/prove-reads/sellers/prove-seller-1";
    try (OrderSystemClient client = scene.client()) {
      client
          .operator("prove")
          .putOffer("prove-reads", "prove-seller-1", new Offer.Terms("Read", 500, "EUR", 1_000, 0));
      var placed =
          client
              .service("prove")
              .place(
                  Orders.request(null, Orders.line("prove-reads", 1)),
                  Scene.newRun("reads"),
                  Duration.ZERO);
      if (!(placed instanceof Placement.Placed order)) {
        throw new ComponentFailed("no order to read: " + placed);
      }
      return List.of(
          new Subject(
              "/api/orders/" + order.order().id(),
              "PATCH",
              "application/merge-patch+json",
              n -> "{\"contact\": {\"name\": \"Reader no %d\"}}".formatted(n)),
          new Subject(
              offer,
              "PUT",
              "application/json",
              n ->
                  "{\"name\": \"Read no %d\", \"unitPrice\": %d, \"currency\": \"EUR\"}"
                      .formatted(n, 500 + n)),
          new Subject(
              "/api/notifications/preferences/prove-reads",
              "PUT",
              "application/json",
              n ->
                  "{\"email\": \"reader%d@example.org\", \"locale\": \"en\", \"channels\": [\"EMAIL\"]}"
                      .formatted(n)));
    }
  }

  private static void write(WrittenAndRead tally, List<Subject> subjects, int writes)
      throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          threads.invokeAll(
              IntStream.range(0, WRITERS)
                  .mapToObj(writer -> writer(tally, subjects, writes / WRITERS, writer))
                  .toList());
      for (Future<Void> one : all) {
        one.get();
      }
    }
  }

  private static Callable<Void> writer(
      WrittenAndRead tally, List<Subject> subjects, int writes, int first) {
    return () -> {
      for (int i = 0; i < writes; i++) {
        tally.once(subjects.get((first + i) % subjects.size()));
      }
      return null;
    };
  }

  private static Callable<Void> until(
      AtomicBoolean over, WrittenAndRead tally, List<Subject> subjects) {
    return () -> {
      while (!over.get()) {
        tally.once(subjects.get((int) (tally.written() % subjects.size())));
      }
      return null;
    };
  }

  private static void onReplica(String... statements) throws SQLException {
    try (Connection connection =
            new Database(LocalPort.REPLICA.number()).connect(DatabaseRole.SUPERUSER);
        Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    }
  }
}
