package io.ordersystem.notifications.intake;

import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import java.util.Arrays;
import java.util.UUID;

/**
 * Keeps the contact and the events of one order from being taken in at the same moment. They come
 * on two topics; each of two transactions would miss the other's uncommitted row, and the message
 * would wait for its address for good.
 */
final class OrderLocks {
  private OrderLocks() {}

  /**
   * Holds the orders until the transaction ends, taken in their order so that none waits in a ring.
   */
  static Uni<Void> take(Tx tx, UUID[] orders) {
    Long[] keys =
        Arrays.stream(orders)
            .map(order -> order.getMostSignificantBits() ^ order.getLeastSignificantBits())
            .distinct()
            .sorted()
            .toArray(Long[]::new);
    return tx.query(
            "SELECT pg_advisory_xact_lock(key) FROM (SELECT unnest($1::bigint[]) AS key ORDER BY key) k",
            (Object) keys)
        .replaceWithVoid();
  }
}
