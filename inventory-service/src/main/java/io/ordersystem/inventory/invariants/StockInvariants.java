package io.ordersystem.inventory.invariants;

import io.ordersystem.contracts.Topic;
import io.ordersystem.platform.invariants.OwnInvariants;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Of offers that changed lately: what is reserved is held by somebody; no hold outlives its time.
 */
@Singleton
class StockInvariants implements OwnInvariants {
  private static final String RESERVED =
      """
      SELECT i.variant_id || '|' || i.seller_id AS id,
             format('on hand %%s, reserved %%s, held by reservations %%s', i.on_hand, i.reserved, coalesce(h.quantity, 0)) AS detail
      FROM (
        SELECT DISTINCT key FROM (SELECT key, topic FROM outbox ORDER BY position DESC LIMIT 2000) AS event WHERE topic = '%s'
      ) AS recent
      JOIN inventory i ON i.variant_id = split_part(recent.key, '|', 1) AND i.seller_id = split_part(recent.key, '|', 2)
      CROSS JOIN LATERAL (
        SELECT sum(quantity - committed_quantity) AS quantity FROM inventory_reservations r
        WHERE r.variant_id = i.variant_id AND r.seller_id = i.seller_id AND r.status = 'ACTIVE'
      ) AS h
      WHERE i.reserved <> coalesce(h.quantity, 0) OR i.reserved < 0 OR i.reserved > i.on_hand
      """
          .formatted(Topic.STOCK_STATE.topicName());

  private static final String OVERDUE =
      """
      SELECT reservation_key AS id, format('ACTIVE, expired at %s', expires_at) AS detail
      FROM inventory_reservations WHERE status = 'ACTIVE' AND expires_at < now() - interval '1 minute'
      """;

  @Override
  public List<Invariant> list() {
    return List.of(new Invariant("I2", RESERVED), new Invariant("I10", OVERDUE));
  }
}
