package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.process.ComponentFailed;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What is read: orders and customers of the data that is there, chosen before anything is timed.
 */
final class ReadCases {
  /** Page 1,000 of 20 begins after so many. */
  static final int DEEP = 999 * 20;

  private final Connection superuser;

  ReadCases(Connection superuser) {
    this.superuser = superuser;
  }

  /**
   * An order.
   *
   * @param month where it is, as its number says; tables are named by it
   */
  record Known(UUID id, String number, String month) {
    Known(UUID id, String number) {
      this(id, number, "20" + number.substring(0, 2) + "_" + number.substring(2, 4));
    }
  }

  /**
   * A customer with more than a thousand pages.
   *
   * @param cursor the last order of page 999
   */
  record Deep(String customer, UUID cursor) {}

  /** Root orders from all over the time. */
  List<Known> orders(int number) throws SQLException {
    return list(
        "SELECT id, order_number FROM bench.orders WHERE parent_order_id IS NULL ORDER BY hashtext(id::text) LIMIT "
            + number,
        row -> new Known(row.getObject(1, UUID.class), row.getString(2)));
  }

  List<Deep> deep() throws SQLException {
    return list(
        """
        SELECT customer_id, (SELECT id FROM orders.orders o WHERE o.customer_id = c.customer_id AND parent_order_id IS NULL
                             ORDER BY id DESC OFFSET %d LIMIT 1)
        FROM (SELECT customer_id FROM bench.orders WHERE parent_order_id IS NULL GROUP BY customer_id HAVING count(*) > %d
              ORDER BY count(*) LIMIT 10) c
        """
            .formatted(DEEP - 1, DEEP + 20),
        row -> new Deep(row.getString(1), row.getObject(2, UUID.class)));
  }

  /** Customers whose first page is in the newest month that has orders. */
  List<String> ofTheNewestMonth(String schema) throws SQLException {
    return customers(
        """
        SELECT customer_id FROM %1$s.orders
        WHERE parent_order_id IS NULL AND id >= (SELECT orders.uuid7_floor(date_trunc('month', max(created_at))) FROM %1$s.orders)
        GROUP BY customer_id HAVING count(*) > 20 ORDER BY hashtext(customer_id) LIMIT 50
        """
            .formatted(schema));
  }

  /** Customers whose first page is spread over many months. */
  List<String> spread() throws SQLException {
    return customers(
        """
        SELECT customer_id FROM bench.orders WHERE parent_order_id IS NULL
        GROUP BY customer_id HAVING count(*) BETWEEN 21 AND 30 AND count(DISTINCT date_trunc('month', created_at)) > 12
        ORDER BY hashtext(customer_id) LIMIT 500
        """);
  }

  /** Sellers with confirmed lines. */
  List<String> sellers() throws SQLException {
    return customers(
        "SELECT seller_id FROM bench.order_items WHERE status = 'CONFIRMED' GROUP BY seller_id ORDER BY count(*) DESC LIMIT 50");
  }

  /** Confirmed root orders of one seller, which an operator may change. */
  List<Known> changeable(int number) throws SQLException {
    return list(
        "SELECT id, order_number FROM orders.orders WHERE status = 'CONFIRMED' AND parent_order_id IS NULL AND NOT is_split ORDER BY id DESC LIMIT "
            + number,
        row -> new Known(row.getObject(1, UUID.class), row.getString(2)));
  }

  private List<String> customers(String sql) throws SQLException {
    return list(sql, row -> row.getString(1));
  }

  @FunctionalInterface
  private interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private <T> List<T> list(String sql, RowReader<T> reader) throws SQLException {
    var found = new ArrayList<T>();
    try (Statement statement = superuser.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(reader.read(rows));
      }
    }
    if (found.isEmpty()) {
      throw new ComponentFailed("too few orders for this benchmark: nothing is found by " + sql);
    }
    return found;
  }
}
