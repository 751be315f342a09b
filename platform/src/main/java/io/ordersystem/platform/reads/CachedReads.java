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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link Reads} with a cache before them. A cached value knows the position that it includes
 * everything up to: a request that carries a {@code Consistency-Token} gets it only if that covers
 * the token; one without may get what was read up to its time to live ago. Writers leave a fence at
 * their own position, which no older value passes.
 *
 * <p>Those who ask the same at the same time are answered by one look-up.
 */
@Singleton
public class CachedReads {
  private final Reads reads;
  private final Cache cache;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final Map<Question, Uni<Found>> underway = new ConcurrentHashMap<>();

  CachedReads(Reads reads, Cache cache, Clock clock, MeterRegistry metrics) {
    this.reads = reads;
    this.cache = cache;
    this.clock = clock;
    this.metrics = metrics;
  }

  private record Question(String key, @Nullable Position atLeast) {}

  private record Found(Buffer value, String source) {}

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
    var question = new Question(key, atLeast);
    Uni<Found> found = underway.computeIfAbsent(question, asked -> lookUp(asked, life, reading));
    return OwnContext.back(found)
        .invoke(one -> Consistency.readFrom(one.source()))
        .map(Found::value);
  }

  /** Begins when the first one asks, and is everybody's until it has ended. */
  private Uni<Found> lookUp(
      Question question, Duration life, Function<Statements, Uni<Buffer>> reading) {
    Uni<Found> work =
        cached(question)
            .chain(known ->
                known.isPresent()
                    ? Uni.createFrom().item(new Found(known.get(), "cache"))
                    : fill(question, life, reading))
            .onTermination()
            .invoke(() -> underway.remove(question));
    return OwnContext.toTheEnd(work).memoize().indefinitely();
  }

  private Uni<Optional<Buffer>> cached(Question question) {
    return cache
        .get(List.of(question.key()))
        .map(found -> {
          Versioned value = found.get(question.key());
          if (value != null && covers(value.version(), question.atLeast())) {
            count(question.key(), "hit");
            return Optional.of(value.value());
          }
          count(question.key(), value == null ? "miss" : "old");
          return Optional.empty();
        });
  }

  private static boolean covers(Version version, @Nullable Position atLeast) {
    return atLeast == null
        || Position.parse(version.text()).filter(at -> at.covers(atLeast)).isPresent();
  }

  private Uni<Found> fill(
      Question question, Duration life, Function<Statements, Uni<Buffer>> reading) {
    Instant began = clock.instant();
    return reads
        .read(question.atLeast(), true, reading)
        .invoke(read -> {
          Position position = read.position();
          if (position != null) {
            cache.put(
                Map.of(question.key(), new Versioned(Version.of(position), read.value())),
                began.plus(life));
          }
        })
        .map(read -> new Found(read.value(), read.source()));
  }

  private void count(String key, String result) {
    String name = key.substring(0, Math.max(0, key.indexOf(':')));
    metrics.counter("cache.lookups", "cache", name, "result", result).increment();
  }
}
