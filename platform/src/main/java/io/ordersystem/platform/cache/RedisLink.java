package io.ordersystem.platform.cache;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.sql.Patience;
import io.quarkus.logging.Log;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import io.vertx.mutiny.redis.client.Command;
import io.vertx.mutiny.redis.client.Request;
import io.vertx.mutiny.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Commands to Redis that nobody depends on. One that takes longer than {@code cache.patience} (50
 * ms) is given up, and from then on Redis is not asked at all until a question of our own is
 * answered again, of which there is one a second: callers do not pay for finding out. A command
 * that Redis refuses (a read-only server, a full one) has no effect, and the next one is tried.
 * Both are counted as {@code cache.failures}.
 */
@Singleton
class RedisLink {
  private static final long PROBE_MILLIS = 1_000;

  private final ReactiveRedisDataSource redis;
  private final MeterRegistry metrics;
  private final Vertx vertx;
  private final Duration patience;
  private final boolean enabled;
  private volatile boolean away;

  RedisLink(
      ReactiveRedisDataSource redis,
      MeterRegistry metrics,
      Vertx vertx,
      @ConfigProperty(name = "cache.patience", defaultValue = "50ms") Duration patience,
      @ConfigProperty(name = "cache.enabled", defaultValue = "true") boolean enabled) {
    this.redis = redis;
    this.metrics = metrics;
    this.vertx = vertx;
    this.patience = patience;
    this.enabled = enabled;
    Gauge.builder("cache.open", this, it -> it.isOpen() ? 1 : 0)
        .description("1 while Redis is asked; 0 while it is away or the cache is off")
        .register(metrics);
  }

  /** Whether it is asked at all. */
  boolean isOpen() {
    return enabled && !away;
  }

  /** The answer; empty when there is none, and when Redis is away or refuses. */
  Uni<Optional<Response>> ask(Request command) {
    return isOpen() ? send(command) : Uni.createFrom().item(Optional.empty());
  }

  private Uni<Optional<Response>> send(Request command) {
    return Patience.within(
            patience, vertx, redis.getRedis().send(command).map(Optional::ofNullable))
        .onFailure()
        .invoke(this::failed)
        // Whoever asked goes to the database.
        .onFailure()
        .recoverWithItem(Optional.empty());
  }

  private void failed(Throwable failure) {
    boolean refused = failure instanceof ErrorType;
    metrics.counter("cache.failures", "kind", refused ? "refused" : "away").increment();
    if (refused) {
      Log.debugf("Redis refuses: %s", failure.getMessage());
    } else if (!away) {
      away = true;
      Log.warnf("Redis is not asked until it answers again: %s", failure);
      vertx.setTimer(PROBE_MILLIS, fired -> probe());
    }
  }

  private void probe() {
    Cancellable _ =
        send(Request.cmd(Command.PING))
            .subscribe()
            .with(answer -> {
              if (answer.isPresent()) {
                away = false;
                Log.info("Redis is asked again");
              } else {
                vertx.setTimer(PROBE_MILLIS, fired -> probe());
              }
            });
  }
}
