package io.ordersystem.platform.reads;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersystem.platform.cache.Cache;
import io.ordersystem.platform.cache.ScriptedRedis;
import io.ordersystem.platform.cache.Version;
import io.ordersystem.platform.cache.Versioned;
import io.ordersystem.platform.sql.Position;
import io.ordersystem.platform.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One row, written by writers and read by readers through {@link CachedReads} and {@link Reads}
 * themselves; the servers, Redis and time are models, in which everything that takes a moment is an
 * event of its own. A commit is flushed, can then be seen, and only then is its writer told a
 * position; a replica replays one commit after the other; Redis loses everything, or is away and is
 * given the fences of that time when it comes; an address of a replica leads to another one that is
 * further behind; a minute passes.
 */
final class ModelWorld implements Explorer.World {
  private static final String KEY = "row:1";
  static final Duration LIFE = Duration.ofSeconds(90);

  /** Longer than a fence stands, and than a reading may take to be put. */
  private static final Duration MINUTE = Duration.ofSeconds(61);

  private static final MeterRegistry METRICS = new SimpleMeterRegistry();
  private static final long SYSTEM = 7;
  private static final int STEP = 10;

  /** What is planted into the protocol, to see that it would be found. */
  enum Weakness {
    NONE,
    /** The seed's: get, else read and set; delete after the commit. */
    SEED,
    /** A reading of the primary is said to include what was flushed when it began. */
    FLUSHED_IS_SEEN,
    /** A replica is believed to be where it was when it was last asked. */
    UNVERIFIED_REPLICA,
    /** A value is forgotten so long after it arrives, instead of after it was read. */
    LIFE_FROM_ARRIVAL,
    /** What is put is there, whatever was there. */
    UNGUARDED,
    /** What is fenced while Redis is away is never fenced. */
    FORGOTTEN_FENCES
  }

  /**
   * What may happen, and how often.
   *
   * @param tokens for each reader the writer whose token it has; 0 for none
   */
  record Scope(
      int writers,
      List<Integer> tokens,
      int faults,
      int minutes,
      boolean replica,
      Weakness weakness) {
    Scope with(Weakness other) {
      return new Scope(writers, tokens, faults, minutes, replica, other);
    }
  }

  private final Scope scope;
  private final ScriptedRedis redis = new ScriptedRedis();
  private final List<Explorer.Event> pending = new ArrayList<>();
  private final Map<String, String> histories = new TreeMap<>();
  private final Map<Integer, Position> tokens = new HashMap<>();
  private final Map<Integer, Instant> answered = new HashMap<>();
  private final List<Follower> followers = new ArrayList<>(List.of(new Follower()));
  private final ModelCache cache = new ModelCache();
  private final CachedReads ours;

  private Instant now = Instant.EPOCH;
  private long flushed = STEP;
  private int flushedVersion;
  private int seenVersion;
  private int fenced;
  private long polled = STEP;
  private boolean redisAway;
  private final List<Version> kept = new ArrayList<>();
  private int faults;
  private int minutes;
  private String actor = "";
  private @Nullable String violation;

  ModelWorld(Scope scope) {
    this.scope = scope;
    this.faults = scope.faults();
    this.minutes = scope.minutes();
    InstantSource time = () -> now;
    this.ours =
        new CachedReads(
            new Reads(new ModelServers(), METRICS), cache, time.withZone(ZoneOffset.UTC), METRICS);
    add("w1", "commits", () -> commit(1));
    for (int i = 0; i < scope.tokens().size(); i++) {
      if (scope.tokens().get(i) == 0) {
        String reader = "r" + i;
        add(reader, "begins", () -> begin(reader, null));
      }
    }
  }

  @Override
  public List<Explorer.Event> next() {
    var next = new ArrayList<>(pending);
    if (scope.replica() && followers.getLast().version < flushedVersion) {
      next.add(event("replica", "replays", this::replay));
    }
    if (faults > 0) {
      next.add(event("redis", "loses everything", () -> fault(this::lose)));
      if (!redisAway) {
        next.add(event("redis", "goes", () -> fault(() -> redisAway = true)));
      }
      if (scope.replica() && followers.getLast().version > 0) {
        next.add(event("replica", "is another one", () -> fault(this::repoint)));
      }
    }
    if (redisAway) {
      next.add(event("redis", "comes", this::come));
    }
    if (minutes > 0) {
      next.add(event("time", "passes", this::pass));
    }
    // When nothing else is left, faults and minutes change nothing that anybody sees.
    return pending.isEmpty() ? List.of() : next;
  }

  @Override
  public String state() {
    var open = pending.stream().map(Explorer.Event::name).sorted().toList();
    return String.join(
        ";",
        List.of(
            open.toString(),
            histories.toString(),
            redis.toString(),
            kept.stream().map(Version::text).toList().toString(),
            answered.toString(),
            now + "/" + fenced + "/" + flushed + "/" + flushedVersion + "/" + seenVersion,
            followers.stream().map(it -> it.version).toList() + "/" + polled,
            redisAway + "/" + faults + "/" + minutes));
  }

  @Override
  public @Nullable String violation() {
    return violation;
  }

  // --- What happens by itself

  private void fault(Runnable run) {
    faults--;
    run.run();
  }

  private void lose() {
    redis.flush();
    fenced = 0;
  }

  /** What has been fenced meanwhile is fenced before anybody reads. */
  private void come() {
    redisAway = false;
    if (scope.weakness() != Weakness.FORGOTTEN_FENCES) {
      kept.forEach(this::writeFence);
    }
    kept.clear();
    checkFence();
  }

  private void replay() {
    followers.getLast().version++;
  }

  private void repoint() {
    followers.add(new Follower());
  }

  /** A replica that is a minute behind answers nobody: here it catches up instead. */
  private void pass() {
    minutes--;
    now = now.plus(MINUTE);
    redis.at(now.toEpochMilli());
    fenced = 0;
    while (followers.getLast().version < seenVersion) {
      replay();
    }
    polled = followers.getLast().lsn();
  }

  // --- Writers

  private void commit(int writer) {
    flushedVersion = writer;
    flushed += STEP;
    add("w" + writer, "is seen", () -> see(writer));
  }

  private void see(int writer) {
    seenVersion = writer;
    if (writer < scope.writers()) {
      add("w" + (writer + 1), "commits", () -> commit(writer + 1));
    }
    add("w" + writer, "is answered", () -> answer(writer));
  }

  private void answer(int writer) {
    var position = at(flushed);
    tokens.put(writer, position);
    answered.put(writer, now);
    if (scope.weakness() == Weakness.SEED) {
      add("w" + writer, "deletes", () -> whenThere(() -> redis.delete(KEY)));
    } else {
      cache.fence(List.of(KEY), Version.of(position));
    }
    for (int i = 0; i < scope.tokens().size(); i++) {
      if (scope.tokens().get(i) == writer) {
        String reader = "r" + i;
        add(reader, "begins", () -> begin(reader, position));
      }
    }
  }

  // --- Readers

  private void begin(String reader, @Nullable Position token) {
    int least = 0;
    for (var write : answered.entrySet()) {
      if (!now.isBefore(write.getValue().plus(LIFE))) {
        least = Math.max(least, write.getKey());
      }
    }
    for (var known : tokens.entrySet()) {
      if (token != null && token.covers(known.getValue())) {
        least = Math.max(least, known.getKey());
      }
    }
    int mustSee = least;
    note(reader, "from " + now + " must see " + mustSee);
    Cancellable _ =
        (scope.weakness() == Weakness.SEED ? seed() : ours.read(token, KEY, LIFE, this::row))
            .subscribe()
            .with(
                found -> end(reader, mustSee, Integer.parseInt(found.toString())),
                failure -> violation = reader + " failed: " + failure);
  }

  private void end(String reader, int mustSee, int version) {
    note(reader, "saw " + version);
    if (version < mustSee) {
      violation = reader + " saw version " + version + " where it must see " + mustSee;
    }
  }

  private Uni<Buffer> row(Statements database) {
    var server = (ModelConnection) database;
    return later("reads", () -> Buffer.buffer(Integer.toString(server.version.get())))
        .call(read -> later("is told", () -> true));
  }

  private Uni<Buffer> seed() {
    return later("gets", this::get)
        .chain(known ->
            known.isPresent()
                ? Uni.createFrom().item(Buffer.buffer(known.get()))
                : later("reads", () -> Buffer.buffer(Integer.toString(seenVersion)))
                    .call(value ->
                        later(
                            "sets",
                            () -> {
                              whenThere(() ->
                                  redis.set(KEY, value.toString(), now.plus(LIFE).toEpochMilli()));
                              return true;
                            })));
  }

  // --- The servers

  private final class ModelServers implements Servers {
    private final ModelServer primary = new ModelServer(true);
    private final ModelServer standby = new ModelServer(false);

    @Override
    public Server primary() {
      return primary;
    }

    @Override
    public boolean hasStandbys() {
      return scope.replica();
    }

    @Override
    public List<? extends Standby> standbys() {
      return scope.replica() ? List.of(standby) : List.of();
    }
  }

  /** A server that follows, as long as its address leads to it. */
  private static final class Follower {
    private int version;

    long lsn() {
      return STEP + (long) STEP * version;
    }
  }

  /**
   * A connection.
   *
   * @param at where its server was when it was asked
   * @param server the how many-eth of the replica's address
   */
  private record ModelConnection(Position at, int server, Supplier<Integer> version)
      implements Statements {
    @Override
    public String toString() {
      return at.lsn() + " on " + server;
    }

    @Override
    public Uni<io.vertx.mutiny.sqlclient.RowSet<io.vertx.mutiny.sqlclient.Row>> query(
        String sql, @Nullable Object... parameters) {
      throw new UnsupportedOperationException(sql);
    }
  }

  private final class ModelServer implements Standby {
    private final boolean primary;

    ModelServer(boolean primary) {
      this.primary = primary;
    }

    @Override
    public <T> Uni<Located<T>> read(boolean located, Function<Statements, Uni<T>> reading) {
      return later("locates", this::connect)
          .chain(connection ->
              reading
                  .apply(connection)
                  .map(value ->
                      new Located<>(value, connection.at(), primary ? "primary" : "replica")));
    }

    private ModelConnection connect() {
      if (primary) {
        boolean weak = scope.weakness() == Weakness.FLUSHED_IS_SEEN;
        return new ModelConnection(at(weak ? flushed : flushed - 1), -1, () -> seenVersion);
      }
      Follower server = followers.getLast();
      boolean weak = scope.weakness() == Weakness.UNVERIFIED_REPLICA;
      return new ModelConnection(
          at(weak ? polled : server.lsn()), followers.size(), () -> server.version);
    }

    @Override
    public boolean covers(Position position) {
      return at(polled).covers(position);
    }

    /** It is asked, or the reader's patience ends. */
    @Override
    public Uni<Boolean> await(Position position) {
      return Uni.createFrom()
          .emitter(emitter -> {
            String waiting = actor;
            add(
                waiting,
                "asks the replica",
                () -> {
                  polled = followers.getLast().lsn();
                  note(waiting, "asked " + polled);
                  emitter.complete(covers(position));
                });
          });
    }

    /** Those that would be catch up instead, when a minute passes. */
    @Override
    public boolean isTooFarBehind(Position replayed) {
      return false;
    }

    @Override
    public void failed(Throwable failure) {
      note(actor, "fell back");
    }
  }

  private static Position at(long lsn) {
    return new Position(SYSTEM, 1, lsn);
  }

  // --- Redis

  private final class ModelCache implements Cache {
    @Override
    public Uni<Map<String, Versioned>> get(List<String> keys) {
      return later("gets", ModelWorld.this::get)
          .map(text ->
              text.flatMap(ScriptedRedis::read).map(value -> Map.of(KEY, value)).orElse(Map.of()));
    }

    @Override
    public void put(Map<String, Versioned> values, Instant until, Runnable done) {
      values.forEach((key, value) ->
          add(
              actor,
              "puts " + value.version().text() + value.value() + until,
              () -> {
                whenThere(() ->
                    arrive(
                        value,
                        scope.weakness() == Weakness.LIFE_FROM_ARRIVAL ? now.plus(LIFE) : until));
                done.run();
              }));
    }

    private void arrive(Versioned value, Instant until) {
      String text = value.value().toString();
      if (scope.weakness() == Weakness.UNGUARDED) {
        redis.set(KEY, ScriptedRedis.text(value.version(), text), until.toEpochMilli());
      } else {
        redis.put(KEY, value.version(), false, text, until.toEpochMilli());
      }
      checkFence();
    }

    @Override
    public void fence(Collection<String> keys, Version notBefore) {
      add(
          actor,
          "fences " + notBefore.text(),
          () -> {
            fenced = Math.max(fenced, version(notBefore));
            if (redisAway) {
              kept.add(notBefore);
            } else {
              writeFence(notBefore);
            }
          });
    }
  }

  private void writeFence(Version notBefore) {
    redis.put(KEY, notBefore, true, "", now.plus(Cache.FENCE).toEpochMilli());
    fenced = Math.max(fenced, version(notBefore));
  }

  private void checkFence() {
    redis
        .get(KEY)
        .flatMap(ScriptedRedis::read)
        .filter(there -> Integer.parseInt(there.value().toString()) < fenced)
        .ifPresent(
            there -> violation = "version " + there + " is cached behind the fence of " + fenced);
  }

  /** Which write it was that ended there. */
  private int version(Version fence) {
    return tokens.entrySet().stream()
        .filter(token -> Version.of(token.getValue()).equals(fence))
        .mapToInt(Map.Entry::getKey)
        .max()
        .orElseThrow();
  }

  private Optional<String> get() {
    return redisAway ? Optional.empty() : redis.get(KEY);
  }

  private void whenThere(Runnable command) {
    if (!redisAway) {
      command.run();
    }
  }

  // --- Events

  private Explorer.Event event(String owner, String what, Runnable run) {
    return new Explorer.Event(
        owner + " " + what,
        () -> {
          actor = owner;
          run.run();
        });
  }

  private void add(String owner, String what, Runnable run) {
    var self = new Explorer.Event[1];
    self[0] =
        event(
            owner,
            what,
            () -> {
              pending.remove(self[0]);
              run.run();
            });
    pending.add(self[0]);
  }

  /** Something that takes a moment. */
  private <T> Uni<T> later(String what, Supplier<T> value) {
    return Uni.createFrom()
        .emitter(emitter -> {
          String owner = actor;
          add(
              owner,
              what,
              () -> {
                T found = value.get();
                note(owner, what + " " + found);
                emitter.complete(found);
              });
        });
  }

  private void note(String owner, String what) {
    histories.merge(owner, what, (a, b) -> a + "," + b);
  }
}
