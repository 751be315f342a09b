package io.ordersystem.platform.reads;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.cache.Cache;
import io.ordersystem.platform.cache.Version;
import io.ordersystem.platform.cache.Versioned;
import io.ordersystem.platform.sql.Consistency;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Position;
import io.ordersystem.platform.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link Reads} with a cache before them. A cached value knows the position that it includes
 * everything up to: a request that carries a {@code Consistency-Token} gets it only if that covers
 * the token; one without may get what was read up to its time to live ago. Writers leave a fence at
 * their own position, which no older value passes. Who asks for the primary is not answered by the
 * cache, which then takes what the primary has answered.
 *
 * <p>Those who ask for the same key at the same time, without a token, are answered by one look-up.
 */
@Singleton
public class CachedReads {
  /** A look-up that is older is nobody's any more: what it finds may be as old. */
  private static final Duration YOUNG = Duration.ofSeconds(5);

  private final Reads reads;
  private final Cache cache;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final Map<String, Flight> underway = new ConcurrentHashMap<>();

  CachedReads(Reads reads, Cache cache, Clock clock, MeterRegistry metrics) {
    this.reads = reads;
    this.cache = cache;
    this.clock = clock;
    this.metrics = metrics;
    // The alert on a cache that is away asks for its increase, which a first failure alone has not.
    metrics.counter("cache.failures", "kind", "away");
  }

  private record Found(Buffer value, String source) {}

  /** A look-up that is everybody's who asks while it is young. */
  private static final class Flight {
    private final Instant began;
    private final Uni<Found> found;

    Flight(Instant began, Function<Flight, Uni<Found>> lookUp) {
      this.began = began;
      // Begins when the first one asks, and goes on when that one has gone.
      this.found =
          OwnContext.toTheEnd(Uni.createFrom().deferred(() -> lookUp.apply(this)))
              .memoize()
              .indefinitely();
    }

    boolean isYoung(Instant now) {
      return now.isBefore(began.plus(YOUNG));
    }
  }

  /**
   * The cached value, or what is read now.
   *
   * @param key its text before the first {@code :} names the cache in metrics
   * @param life how old an answer without a token may be
   * @param reading must answer every caller alike: others may be given what it finds. It may run
   *     twice.
   */
  public Uni<Buffer> read(String key, Duration life, Function<Statements, Uni<Buffer>> reading) {
    return read(Consistency.required(), key, life, reading);
  }

  Uni<Buffer> read(
      @Nullable Position atLeast,
      String key,
      Duration life,
      Function<Statements, Uni<Buffer>> reading) {
    return found(atLeast, key, life, reading)
        .invoke(one -> Consistency.readFrom(one.source()))
        .map(Found::value);
  }

  /**
   * Only those without a token share: an answer of the primary is new enough for who asked before
   * it was read, and need not be for who was told the very same position a moment later.
   */
  private Uni<Found> found(
      @Nullable Position atLeast,
      String key,
      Duration life,
      Function<Statements, Uni<Buffer>> reading) {
    if (atLeast != null) {
      return lookUp(atLeast, key, life, reading, () -> {});
    }
    Instant now = clock.instant();
    Flight flight =
        Objects.requireNonNull(
            underway.compute(
                key,
                (same, known) ->
                    known != null && known.isYoung(now)
                        ? known
                        : new Flight(
                            now,
                            self ->
                                lookUp(
                                    null, key, life, reading, () -> underway.remove(key, self)))));
    return OwnContext.back(flight.found);
  }

  /**
   * Looks into the cache, then into the database.
   *
   * @param done runs when what was read is in the cache: who asks a moment later finds it there
   */
  private Uni<Found> lookUp(
      @Nullable Position atLeast,
      String key,
      Duration life,
      Function<Statements, Uni<Buffer>> reading,
      Runnable done) {
    // Nothing that is cached covers it: Redis need not be asked.
    return (Position.BEYOND.equals(atLeast)
            ? Uni.createFrom().item(Optional.<Buffer>empty())
            : cached(atLeast, key))
        .chain(known ->
            known.isPresent()
                ? Uni.createFrom().item(new Found(known.get(), "cache")).invoke(done)
                : fill(atLeast, key, life, reading, done))
        .onFailure()
        .invoke(done);
  }

  private Uni<Optional<Buffer>> cached(@Nullable Position atLeast, String key) {
    return cache
        .get(List.of(key))
        .map(found -> {
          Versioned value = found.get(key);
          if (value != null && covers(value.version(), atLeast)) {
            count(key, "hit");
            return Optional.of(value.value());
          }
          count(key, value == null ? "miss" : "old");
          return Optional.empty();
        });
  }

  private static boolean covers(Version version, @Nullable Position atLeast) {
    return atLeast == null
        || Position.parse(version.text()).filter(at -> at.covers(atLeast)).isPresent();
  }

  private Uni<Found> fill(
      @Nullable Position atLeast,
      String key,
      Duration life,
      Function<Statements, Uni<Buffer>> reading,
      Runnable done) {
    Instant began = clock.instant();
    return reads
        .read(atLeast, true, reading)
        .invoke(read -> {
          Position position = read.position();
          if (position == null) {
            done.run();
          } else {
            cache.put(
                Map.of(key, new Versioned(Version.of(position), read.value())),
                began.plus(life),
                done);
          }
        })
        .map(read -> new Found(read.value(), read.source()));
  }

  private void count(String key, String result) {
    String name = key.substring(0, Math.max(0, key.indexOf(':')));
    metrics.counter("cache.lookups", "cache", name, "result", result).increment();
  }
}
