package io.ordersystem.orders.order;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.ordersystem.platform.sql.Statements;
import io.smallrye.mutiny.Uni;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The queries that read whole trees, on whatever connection they are given. */
public final class OrderReads {
  // Written out: with an asterisk, a column that a later release adds would end the plans that are
  // kept with an error.
  private static final String ORDERS =
      """
      SELECT id, order_number, root_order_id, parent_order_id, is_split, customer_id, seller_id, status, payment_status,
        fulfilment_status, cancel_reason, currency, items_amount, shipping_amount, discount_amount, tax_amount, total_amount,
        item_count, payment_method, shipping_address, contact, expires_at, version, created_at, updated_at, cancelled_amount,
        captured_amount, refunded_amount, shipments, refunds
      FROM orders_{month}
      """;

  /** Roots and children, which are in their root's month. */
  private static final String TREES =
      ORDERS
          + "WHERE id = ANY ($1)\nUNION ALL\n"
          + ORDERS
          + "WHERE parent_order_id = ANY ($1)\nORDER BY id";

  private static final String ITEMS =
      """
      SELECT id, order_id, line, variant_id, seller_id, name, quantity, unit_price, discount_amount, shipping_amount, tax_amount,
        total_price, status, reservation_key, cancelled_quantity, shipped_quantity, delivered_quantity, refunded_quantity,
        cancelled_amount, refunded_amount
      FROM order_items_{month}
      WHERE order_id IN (
          SELECT unnest($1::uuid[])
          UNION ALL
          SELECT id FROM orders_{month} WHERE parent_order_id = ANY ($1))
      ORDER BY order_id, line
      """;

  private OrderReads() {}

  /** The trees of these roots, whose months are there; unknown ids are left out. */
  public static Uni<Map<UUID, OrderTree>> trees(Statements statements, UUID... rootIds) {
    Map<Month, List<UUID>> months = Arrays.stream(rootIds).collect(groupingBy(Month::of, toList()));
    List<Uni<Map<UUID, OrderTree>>> read =
        months.entrySet().stream()
            .map(month -> trees(statements, month.getKey(), month.getValue().toArray(UUID[]::new)))
            .toList();
    return read.isEmpty()
        ? Uni.createFrom().item(Map.of())
        : Uni.join()
            .all(read)
            .andFailFast()
            .map(trees -> {
              var all = new HashMap<UUID, OrderTree>();
              trees.forEach(all::putAll);
              return all;
            });
  }

  private static Uni<Map<UUID, OrderTree>> trees(
      Statements statements, Month month, UUID[] rootIds) {
    return Uni.combine()
        .all()
        .unis(
            statements.query(month.in(TREES), (Object) rootIds),
            statements.query(month.in(ITEMS), (Object) rootIds))
        .with(OrderRows::trees);
  }
}
