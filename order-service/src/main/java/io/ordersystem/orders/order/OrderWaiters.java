package io.ordersystem.orders.order;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Callers that wait for their order to leave PENDING or to need its customer. One table per
 * instance and one query for all of them every 100 ms while somebody waits; a transition in this
 * same instance only shortens that.
 */
@Singleton
public class OrderWaiters {
  private static final String SETTLED =
      """
      SELECT id FROM orders
      WHERE id = ANY ($1) AND (status <> 'PENDING' OR payment_status = 'REQUIRES_ACTION')
      """;

  private final ConcurrentHashMap<UUID, Set<UniEmitter<? super Void>>> waiting =
      new ConcurrentHashMap<>();
  private final Pool pool;
  private final OrderConfig config;

  OrderWaiters(Pool pool, OrderConfig config) {
    this.pool = pool;
    this.config = config;
  }

  /** Whether one more may wait. */
  public boolean hasRoom() {
    return waiting.size() < config.maxWaiters();
  }

  /** Completes when the order has settled or the time is over, whichever is first. */
  public Uni<Void> await(UUID orderId, Duration atMost) {
    return Uni.createFrom()
        .<Void>emitter(emitter -> {
          waiting.computeIfAbsent(orderId, id -> ConcurrentHashMap.newKeySet()).add(emitter);
          emitter.onTermination(() -> forget(orderId, emitter));
        })
        .ifNoItem()
        .after(atMost)
        .recoverWithItem((Void) null);
  }

  /** The order may have settled. */
  void signal(UUID orderId) {
    Set<UniEmitter<? super Void>> emitters = waiting.remove(orderId);
    if (emitters != null) {
      emitters.forEach(emitter -> emitter.complete(null));
    }
  }

  @Scheduled(
      every = "0.1s",
      identity = "order-waiters",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> poll() {
    if (waiting.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return pool.preparedQuery(SETTLED)
        .execute(Tuple.of(waiting.keySet().toArray(UUID[]::new)))
        .invoke(rows -> rows.forEach(row -> signal(row.getUUID("id"))))
        .replaceWithVoid()
        // Whoever waits is answered at the end of its time; the next beat looks again.
        .onFailure()
        .invoke(failure -> Log.debugf("Cannot look for settled orders: %s", failure.getMessage()))
        .onFailure()
        .recoverWithNull();
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
