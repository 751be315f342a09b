package io.ordersystem.devstack.bench;

/**
 * The seed's queries as they stand there, with our names of columns: pages by {@code OFFSET},
 * counts and sums over all of a customer's orders, no limit on the dashboard and on a seller's
 * list.
 */
final class SeedReads {
  /** Customer, how many to skip. */
  static final ServiceSql HISTORY =
      ServiceSql.own(
          """
          SELECT o.*, count(oi.id) AS item_count_now, sum(oi.total_price) AS calculated_total
          FROM orders o LEFT JOIN order_items oi ON o.id = oi.order_id
          WHERE o.customer_id = $1 AND o.deleted_at IS NULL
          GROUP BY o.id ORDER BY o.created_at DESC LIMIT 20 OFFSET $2
          """);

  static final ServiceSql DASHBOARD =
      ServiceSql.own(
          """
          SELECT o.*, c.name AS customer_name, count(oi.id) AS item_count_now
          FROM orders o JOIN users c ON o.customer_id = c.id LEFT JOIN order_items oi ON o.id = oi.order_id
          WHERE o.status IN ('PENDING', 'CONFIRMED', 'PROCESSING')
          GROUP BY o.id, c.name ORDER BY o.created_at DESC
          """);

  /** Seller. */
  static final ServiceSql SELLER =
      ServiceSql.own(
          """
          SELECT DISTINCT o.*, oi.seller_id AS seller
          FROM orders o JOIN order_items oi ON o.id = oi.order_id
          WHERE oi.seller_id = $1 AND oi.status = 'CONFIRMED'
          ORDER BY o.created_at DESC
          """);

  /** Id. What the look-up by number answers with, by the shortest way that there is. */
  static final ServiceSql PRIMARY_KEY =
      ServiceSql.own(
          "SELECT id, root_order_id, customer_id = 'x' AS customer, seller_id = 'x' AS seller FROM orders WHERE id = $1");

  private SeedReads() {}
}
