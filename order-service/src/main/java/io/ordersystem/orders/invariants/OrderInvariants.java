package io.ordersystem.orders.invariants;

import io.ordersystem.contracts.Topic;
import io.ordersystem.platform.invariants.OwnInvariants;
import jakarta.inject.Singleton;
import java.util.List;

/** Of orders that changed lately: their amounts and versions; of all: that nothing is overdue. */
@Singleton
class OrderInvariants implements OwnInvariants {
  private static final String RECENT =
      """
      WITH recent AS (
        SELECT DISTINCT subject::uuid AS id
        FROM (SELECT subject, topic FROM outbox ORDER BY position DESC LIMIT 2000) AS event
        WHERE topic = '%s'
      )
      """
          .formatted(Topic.ORDER_EVENTS.topicName());

  private static final String AMOUNTS =
      RECENT
          + """
          SELECT o.id::text AS id,
                 format('total %s, %s %s', o.total_amount, CASE WHEN o.is_split THEN 'children' ELSE 'lines' END,
                        coalesce(p.total::text, 'missing')) AS detail
          FROM recent
          JOIN orders o USING (id)
          LEFT JOIN LATERAL (
            SELECT sum(unit_price * quantity) AS items, sum(discount_amount) AS discount, sum(shipping_amount) AS shipping,
                   sum(tax_amount) AS tax, sum(total_price) AS total
            FROM order_items WHERE order_id = o.id AND NOT o.is_split
            UNION ALL
            SELECT sum(items_amount), sum(discount_amount), sum(shipping_amount), sum(tax_amount), sum(total_amount)
            FROM orders WHERE parent_order_id = o.id AND o.is_split
          ) AS p ON p.total IS NOT NULL
          WHERE (o.items_amount, o.discount_amount, o.shipping_amount, o.tax_amount, o.total_amount)
                  IS DISTINCT FROM (p.items, p.discount, p.shipping, p.tax, p.total)
          """;

  private static final String VERSIONS =
      RECENT
          + """
          SELECT o.id::text AS id,
                 format('version %s, timeline %s to %s with %s entries', o.version, t.first, t.last, t.entries) AS detail
          FROM recent
          JOIN orders o USING (id)
          CROSS JOIN LATERAL (
            SELECT count(*) AS entries, min(version) AS first, max(version) AS last FROM order_timeline WHERE order_id = o.id
          ) AS t
          WHERE (1, o.version, o.version) IS DISTINCT FROM (t.first, t.last, t.entries)
          """;

  /** The sweeper looks once a second. */
  private static final String OVERDUE =
      """
      SELECT id::text AS id, format('PENDING, expired at %s', expires_at) AS detail
      FROM orders WHERE status = 'PENDING' AND expires_at < now() - interval '1 minute'
      UNION ALL
      SELECT order_id::text, format('saga %s, due at %s, attempt %s', step, least(deadline, pending_deadline), attempts)
      FROM order_sagas
      WHERE (deadline IS NOT NULL OR pending_deadline IS NOT NULL)
        AND least(deadline, pending_deadline) < now() - interval '1 minute'
      """;

  @Override
  public List<Invariant> list() {
    return List.of(
        new Invariant("I3", AMOUNTS), new Invariant("I9", VERSIONS), new Invariant("I10", OVERDUE));
  }
}
