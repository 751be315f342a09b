package io.ordersystem.platform.cache;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.redis.client.Response;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Values in Redis under a guard: a write takes effect only when its version is newer than the one
 * that is there, so neither a slow reader nor a writer that was overtaken puts an old value back.
 * What the guard cannot see ends with the time to live.
 *
 * <p>Redis that is away or slow ({@code cache.patience}, 50 ms) is no error: a read finds nothing,
 * a write does nothing, both are counted as {@code cache.failures}, and it is left alone for a
 * second. One script writes several keys: not for Redis Cluster.
 */
@Singleton
public class VersionedCache {
  private static final Duration LEFT_ALONE = Duration.ofSeconds(1);

  /** What waits to be written; beyond it a value is not cached. */
  private static final int PENDING = 20_000;

  /** Keys that one script writes: it holds up everybody else. */
  private static final int AT_ONCE = 500;

  private static final Pattern VALUE = Pattern.compile("(\\d{1,18}):(.*)", Pattern.DOTALL);

  /** ARGV: version, value and time to live in seconds of each key. */
  private static final String PUT =
      """
      for i = 1, #KEYS do
        local known = redis.call('GET', KEYS[i])
        local version = ARGV[3 * i - 2]
        local there = known and tonumber(string.match(known, '^(%d+):'))
        if not there or there < tonumber(version) then
          redis.call('SET', KEYS[i], version .. ':' .. ARGV[3 * i - 1], 'EX', ARGV[3 * i])
        end
      end
      """;

  private final ReactiveRedisDataSource redis;
  private final MeterRegistry metrics;
  private final Duration patience;
  private final Map<String, Pending> pending = new HashMap<>();
  private boolean writing;
  private volatile long awayUntil = System.nanoTime();

  VersionedCache(
      ReactiveRedisDataSource redis,
      MeterRegistry metrics,
      @ConfigProperty(name = "cache.patience", defaultValue = "50ms") Duration patience) {
    this.redis = redis;
    this.patience = patience;
    this.metrics = metrics;
  }

  /** What is there under these keys; of the others nothing is known. */
  public Uni<Map<String, Versioned>> get(List<String> keys) {
    return guarded(() -> redis.execute("MGET", keys.toArray(String[]::new)))
        .map(values -> values.map(found -> read(keys, found)).orElseGet(Map::of));
  }

  /** A value that waits to be written. */
  private record Pending(Versioned value, Duration life) {}

  /**
   * Puts values that are newer than what is there, soon and in the background: of several of one
   * key only the newest is written.
   *
   * @param life after which each is forgotten; whole seconds
   */
  public void put(Map<String, Versioned> values, Duration life) {
    synchronized (pending) {
      values.forEach((key, value) -> {
        if (pending.size() < PENDING || pending.containsKey(key)) {
          pending.merge(
              key,
              new Pending(value, life),
              (a, b) -> a.value().version() < b.value().version() ? b : a);
        }
      });
      if (writing || pending.isEmpty()) {
        return;
      }
      writing = true;
    }
    write();
  }

  private void write() {
    Map<String, Pending> some = take();
    if (!some.isEmpty()) {
      Cancellable _ = put(some).subscribe().with(done -> write());
    }
  }

  private Map<String, Pending> take() {
    synchronized (pending) {
      var some = new HashMap<String, Pending>();
      for (var entry : pending.entrySet()) {
        if (some.size() < AT_ONCE) {
          some.put(entry.getKey(), entry.getValue());
        }
      }
      pending.keySet().removeAll(some.keySet());
      writing = !some.isEmpty();
      return some;
    }
  }

  private Uni<Void> put(Map<String, Pending> some) {
    var arguments = new ArrayList<String>(List.of(PUT, Integer.toString(some.size())));
    var given = new ArrayList<String>();
    some.forEach((key, waiting) -> {
      arguments.add(key);
      given.add(Long.toString(waiting.value().version()));
      given.add(waiting.value().value());
      given.add(Long.toString(waiting.life().toSeconds()));
    });
    arguments.addAll(given);
    return guarded(() -> redis.execute("EVAL", arguments.toArray(String[]::new))).replaceWithVoid();
  }

  /** What somebody else has put there under such a key is not ours. */
  private static Map<String, Versioned> read(List<String> keys, Response values) {
    var found = new HashMap<String, Versioned>();
    for (int i = 0; i < keys.size(); i++) {
      Response value = values.get(i);
      Matcher ours = VALUE.matcher(value == null ? "" : value.toString());
      if (ours.matches()) {
        found.put(keys.get(i), new Versioned(Long.parseLong(ours.group(1)), ours.group(2)));
      }
    }
    return found;
  }

  /** The answer of Redis; empty when it has none, and when it is away. */
  private Uni<Optional<Response>> guarded(Supplier<Uni<Response>> command) {
    if (System.nanoTime() - awayUntil < 0) {
      return Uni.createFrom().item(Optional.empty());
    }
    return Uni.createFrom()
        .deferred(() -> command.get())
        .map(Optional::ofNullable)
        .ifNoItem()
        .after(patience)
        .fail()
        .onFailure()
        .invoke(this::leaveAlone)
        // A hint that cannot be had is no hint; whoever asked goes to the database.
        .onFailure()
        .recoverWithItem(Optional.empty());
  }

  private void leaveAlone(Throwable failure) {
    metrics.counter("cache.failures").increment();
    Log.debugf("Redis is left alone for %s: %s", LEFT_ALONE, failure);
    awayUntil = System.nanoTime() + LEFT_ALONE.toNanos();
  }
}
