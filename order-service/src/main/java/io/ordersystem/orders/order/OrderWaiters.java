package io.ordersystem.orders.order;

import io.ordersystem.platform.sql.OwnContext;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Callers that wait for their order to leave PENDING or to need its customer. One table per
 * instance and one query for all of them every 100 ms while somebody waits; a transition in this
 * same instance only shortens that.
 */
@Singleton
public class OrderWaiters {
  private static final long BEAT_MILLIS = 100;
  private static final String SETTLED =
      """
      SELECT id FROM orders
      WHERE id = ANY ($1) AND (status <> 'PENDING' OR payment_status = 'REQUIRES_ACTION')
      """;

  private final ConcurrentHashMap<UUID, Set<UniEmitter<? super Void>>> waiting =
      new ConcurrentHashMap<>();
  private final AtomicBoolean polling = new AtomicBoolean();
  private final Pool pool;
  private final Vertx vertx;
  private final OrderConfig config;
  private long beat;

  OrderWaiters(Pool pool, Vertx vertx, OrderConfig config) {
    this.pool = pool;
    this.vertx = vertx;
    this.config = config;
  }

  /** Whether one more may wait. */
  public boolean hasRoom() {
    return waiting.size() < config.maxWaiters();
  }

  /** Completes when the order has settled or the time is over, whichever is first. */
  public Uni<Void> await(UUID orderId, Duration atMost) {
    return OwnContext.back(
        Uni.createFrom()
            .<Void>emitter(emitter -> {
              waiting.computeIfAbsent(orderId, id -> ConcurrentHashMap.newKeySet()).add(emitter);
              emitter.onTermination(() -> forget(orderId, emitter));
            })
            .ifNoItem()
            .after(atMost)
            .recoverWithItem((Void) null));
  }

  /** The order may have settled. */
  void signal(UUID orderId) {
    Set<UniEmitter<? super Void>> emitters = waiting.remove(orderId);
    if (emitters != null) {
      emitters.forEach(emitter -> emitter.complete(null));
    }
  }

  /**
   * Quarkus schedules nothing more often than once a second, so the beat is the event loop's own.
   */
  void start(@Observes StartupEvent started) {
    beat = vertx.setPeriodic(BEAT_MILLIS, id -> poll());
  }

  void stop(@Observes ShutdownEvent stopped) {
    vertx.cancelTimer(beat);
  }

  private void poll() {
    if (waiting.isEmpty() || !polling.compareAndSet(false, true)) {
      return;
    }
    pool.preparedQuery(SETTLED)
        .execute(Tuple.of(waiting.keySet().toArray(UUID[]::new)))
        .onSuccess(rows -> rows.forEach(row -> signal(row.getUUID("id"))))
        // Whoever waits is answered at the end of its time; the next beat looks again.
        .onFailure(
            failure -> Log.debugf("Cannot look for settled orders: %s", failure.getMessage()))
        .onComplete(done -> polling.set(false));
  }

  private void forget(UUID orderId, UniEmitter<? super Void> emitter) {
    waiting.computeIfPresent(
        orderId,
        (id, emitters) -> {
          emitters.remove(emitter);
          return emitters.isEmpty() ? null : emitters;
        });
  }
}
