package io.ordersystem.orders.order;

import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.Statements;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;

/** The queries that read whole trees, on whatever connection they are given. */
public final class OrderReads {
  /**
   * Roots and children. A child was made in the same millisecond as its root, so the bounds keep
   * the look-up by parent in the roots' partitions.
   */
  private static final String TREES =
      """
      SELECT * FROM orders WHERE id = ANY ($1)
      UNION ALL
      SELECT * FROM orders WHERE parent_order_id = ANY ($1) AND id >= $2 AND id < $3
      ORDER BY id
      """;

  private static final String ITEMS =
      """
      SELECT * FROM order_items
      WHERE order_id IN (
          SELECT unnest($1::uuid[])
          UNION ALL
          SELECT id FROM orders WHERE parent_order_id = ANY ($1) AND id >= $2 AND id < $3)
        AND order_id >= $2 AND order_id < $3
      ORDER BY order_id, line
      """;

  private OrderReads() {}

  /** The trees of these roots; unknown ids are left out. */
  public static Uni<Map<UUID, OrderTree>> trees(Statements statements, UUID... rootIds) {
    OffsetDateTime from = OrderTable.time(Ids.timeOf(min(rootIds)));
    OffsetDateTime to = OrderTable.time(Ids.timeOf(max(rootIds)).plus(Duration.ofMillis(1)));
    UUID lower = Ids.floor(from.toInstant());
    UUID upper = Ids.floor(to.toInstant());
    return statements
        .query(TREES, rootIds, lower, upper)
        .chain(orders ->
            statements
                .query(ITEMS, rootIds, lower, upper)
                .map(items -> OrderRows.trees(orders, items)));
  }

  private static UUID min(UUID[] ids) {
    return Arrays.stream(ids).min(Comparator.comparing(Ids::timeOf)).orElseThrow();
  }

  private static UUID max(UUID[] ids) {
    return Arrays.stream(ids).max(Comparator.comparing(Ids::timeOf)).orElseThrow();
  }
}
