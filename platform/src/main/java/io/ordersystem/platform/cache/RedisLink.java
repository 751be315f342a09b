package io.ordersystem.platform.cache;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.sql.OwnContext;
import io.quarkus.logging.Log;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Commands to Redis that nobody depends on, on one connection. One that takes longer than {@code
 * cache.patience} (50 ms) is given up and the connection with it: a host that has vanished, or a
 * process that stands still, leaves a connection on which nothing ever comes. From then on Redis is
 * not asked at all until a new connection, tried once a second, has written what must be there
 * before anything is read: callers do not pay for finding out.
 *
 * <p>What is counted as {@code cache.failures}, by {@code kind}: {@code away} a command without an
 * answer, or a connection that cannot be had; {@code refused} a command that Redis does not want;
 * {@code busy} one that was not sent because too many are under way, which says nothing of Redis. A
 * question that is refused has no answer, and the next one is asked. A <em>write</em> that is
 * refused leaves Redis away until it takes one: a replica or a full server would take no fence, so
 * what it tells could be old. Which error it was does not matter, as that of a script is worded
 * differently by each version of Redis.
 *
 * <p>Everything happens on one context of its own; answers go back to the context of who asked.
 */
@Singleton
class RedisLink {
  private static final long PROBE_MILLIS = 1_000;

  private final RedisSettings settings;
  private final MeterRegistry metrics;
  private final Vertx vertx;
  private final Context own;
  private final Duration patience;
  private final boolean enabled;

  /** The connection that is asked. Whoever empties it begins the one chain of probes. */
  private final AtomicReference<@Nullable RedisLine> open = new AtomicReference<>();

  private Function<RedisLine, Uni<Void>> opening = line -> Uni.createFrom().voidItem();
  private Runnable opened = () -> {};

  /** Whether the log says so; on our own context only. */
  private boolean toldAway;

  /**
   * For Quarkus.
   *
   * @param unused nothing is asked of it, but without it Quarkus makes no client, and tells nobody
   *     its settings
   */
  @Inject
  RedisLink(
      RedisSettings settings,
      ReactiveRedisDataSource unused,
      MeterRegistry metrics,
      Vertx vertx,
      @ConfigProperty(name = "cache.patience", defaultValue = "50ms") Duration patience,
      @ConfigProperty(name = "cache.enabled", defaultValue = "true") boolean enabled) {
    this(settings, metrics, vertx, patience, enabled);
  }

  RedisLink(
      RedisSettings settings,
      MeterRegistry metrics,
      Vertx vertx,
      Duration patience,
      boolean enabled) {
    this.settings = settings;
    this.metrics = metrics;
    this.vertx = vertx;
    // Not a request's own: that one ends, and carries what is the request's.
    this.own = Objects.requireNonNull(VertxContext.getRootContext(vertx.getOrCreateContext()));
    this.patience = patience;
    this.enabled = enabled;
    Gauge.builder("cache.open", this, it -> it.isOpen() ? 1 : 0)
        .description("1 while Redis is asked; 0 while it is away or the cache is off")
        .register(metrics);
  }

  /**
   * Begins to connect. To be called once.
   *
   * @param opening what each new connection is used for first; if it fails, Redis stays away
   * @param opened runs when Redis is asked again
   */
  void begin(Function<RedisLine, Uni<Void>> opening, Runnable opened) {
    if (enabled) {
      this.opening = opening;
      this.opened = opened;
      own.runOnContext(there -> probe());
    }
  }

  /** The process ends, and that is no outage. */
  @PreDestroy
  void end() {
    RedisLine line = open.getAndSet(null);
    if (line != null) {
      line.close();
    }
  }

  /** Whether there is a cache, reachable or not. */
  boolean isEnabled() {
    return enabled;
  }

  /** Whether it is asked at all. */
  boolean isOpen() {
    return open.get() != null;
  }

  /** The answer; empty when there is none, and when Redis is away, busy or refuses. */
  Uni<Optional<Response>> ask(Request command) {
    RedisLine line = open.get();
    return line == null
        ? Uni.createFrom().item(Optional.empty())
        : OwnContext.back(OwnContext.toTheEnd(Uni.createFrom().deferred(() -> ask(line, command))));
  }

  private Uni<Optional<Response>> ask(RedisLine line, Request command) {
    if (!line.enter()) {
      count("busy");
      return Uni.createFrom().item(Optional.empty());
    }
    return line.ask(command)
        .onTermination()
        .invoke(line::leave)
        .onFailure()
        .invoke(failure -> {
          if (isRefusal(failure)) {
            count("refused");
            Log.debugf("Redis refuses: %s", failure.getMessage());
          } else {
            count("away");
            lose(line, failure);
          }
        })
        // Whoever asked goes to the database.
        .onFailure()
        .recoverWithItem(Optional.empty());
  }

  /**
   * Writes. It is not held up by who asks, so there must be few of them at a time.
   *
   * @return whether it is written. If not, it may be there all the same, and Redis is away: it is
   *     asked again on another connection.
   */
  Uni<Boolean> write(Supplier<Request> command) {
    RedisLine line = open.get();
    return line == null
        ? Uni.createFrom().item(false)
        : Uni.createFrom()
            .deferred(() -> line.ask(command.get()))
            .replaceWith(true)
            .onFailure()
            .invoke(failure -> {
              count(isRefusal(failure) ? "refused" : "away");
              lose(line, failure);
            })
            .onFailure()
            .recoverWithItem(false);
  }

  /** The client's own failures look like answers of Redis, too. */
  private static boolean isRefusal(Throwable failure) {
    return failure instanceof ErrorType answer
        && !answer.is("CONNECTION_CLOSED")
        && !answer.is("ILLEGAL_STATE");
  }

  private void count(String kind) {
    metrics.counter("cache.failures", "kind", kind).increment();
  }

  private void lose(RedisLine line, Throwable failure) {
    if (open.compareAndSet(line, null)) {
      own.runOnContext(there -> away(failure));
    }
    line.close();
  }

  private void away(Throwable failure) {
    if (!toldAway) {
      toldAway = true;
      Log.warnf("Redis is not asked until it answers again: %s", failure);
    }
    vertx.setTimer(PROBE_MILLIS, fired -> probe());
  }

  private void probe() {
    Cancellable _ =
        Uni.createFrom()
            .deferred(() -> RedisLine.connect(own, settings.forOneConnection(), patience))
            .chain(line -> {
              line.onEnd(failure -> lose(line, failure));
              return Uni.createFrom()
                  .deferred(() -> opening.apply(line))
                  .replaceWith(line)
                  .onFailure()
                  .invoke(line::close);
            })
            .subscribe()
            .with(
                this::open,
                failure -> {
                  count(isRefusal(failure) ? "refused" : "away");
                  away(failure);
                });
  }

  private void open(RedisLine line) {
    open.set(line);
    if (toldAway) {
      toldAway = false;
      Log.info("Redis is asked again");
    }
    opened.run();
  }
}
