package io.ordersystem.orders;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Months of long ago, which a test has made and takes away again. */
public final class OldMonths {
  private static final int ATTEMPTS = 10;
  private static final String DEADLOCK = "40P01";

  private OldMonths() {}

  /** Makes the month of a day, and those around it, while others use the tables. */
  public static void create(Statement statement, String day) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        statement.execute("SELECT create_partitions('%s')".formatted(day));
        return;
      } catch (SQLException e) {
        if (!DEADLOCK.equals(e.getSQLState()) || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Detaches and drops what has ended before a day; answers the names of the orders' tables. */
  public static List<String> drop(Statement statement, String before) throws SQLException {
    var all = new ArrayList<String>();
    List<String> months;
    do {
      try (ResultSet row = statement.executeQuery("SELECT detach_orders('%s')".formatted(before))) {
        row.next();
        months = List.of((String[]) row.getArray(1).getArray());
      }
      for (String month : months) {
        statement.execute(
            "DROP TABLE detached_order_items%1$s, detached_order_payments%1$s, detached_order_timeline%1$s, detached_orders%1$s"
                .formatted(month.substring("detached_orders".length())));
      }
      all.addAll(months);
    } while (!months.isEmpty());
    return all;
  }
}
