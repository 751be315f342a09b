package io.ordersystem.inventory.reservation;

import static io.ordersystem.inventory.Warehouse.database;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.StringJoiner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The engine's and the sweeper's own statements, planned on a table of 40,000 lines: each by its
 * index, and no longer when that is gone. Half of the holds are due, so that the index by time
 * alone is no cheaper answer to whether one offer has any. The seed names {@code
 * idx_inventory_reservations_active_expired}.
 */
@QuarkusTest
class ReservationQueriesTest {
  private static final String FILL =
      """
      INSERT INTO inventory (variant_id, seller_id, name, unit_price, currency, on_hand, created_at, updated_at)
      SELECT 'plan-' || n, 's1', 'plan', 1, 'EUR', 1000, now(), now() FROM generate_series(0, 999) n;
      INSERT INTO reservations (key, status, version, created_at, updated_at)
      SELECT 'plan-' || n, 'ACTIVE', 1, now(), now() FROM generate_series(1, 40000) n;
      INSERT INTO inventory_reservations (reservation_key, group_key, variant_id, seller_id, quantity, status, expires_at, created_at)
      SELECT 'plan-' || n, 'plan-' || n, 'plan-' || n % 1000, 's1', 1, CASE WHEN n % 4 = 0 THEN 'ACTIVE' ELSE 'COMMITTED' END,
             CASE WHEN n % 8 = 0 THEN now() + (n - 20000) * interval '1 second' END, now() FROM generate_series(1, 40000) n;
      ANALYZE inventory;
      ANALYZE reservations;
      ANALYZE inventory_reservations;
      """;

  @ParameterizedTest
  @CsvSource({
    "due,idx_inventory_reservations_active_expired",
    "dueOnOffers,idx_inventory_reservations_due",
    "lines,idx_inventory_reservations_group"
  })
  void eachIsServedByItsIndexAndByNoneWithoutIt(String query, String index) throws SQLException {
    String sql =
        switch (query) {
          case "due" -> ReservationTable.LOCK_DUE.replace("$1", "now()").replace("$2", "100");
          case "dueOnOffers" ->
              ReservationTable.ANY_DUE_ON
                  .replace("$1", "now()")
                  .replace("$2", "'{plan-1}'")
                  .replace("$3", "'{s1}'");
          default -> ReservationTable.LINES.replace("$1", "'{plan-1,plan-2}'");
        };
    try (Connection connection = database().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(FILL);
      assertThat(plan(statement, sql)).contains(index);
      statement.execute("DROP INDEX " + index);
      assertThat(plan(statement, sql)).doesNotContain(index);
      connection.rollback();
    }
  }

  private static String plan(Statement statement, String sql) throws SQLException {
    var plan = new StringJoiner("\n");
    try (ResultSet rows = statement.executeQuery("EXPLAIN " + sql)) {
      while (rows.next()) {
        plan.add(rows.getString(1));
      }
    }
    return plan.toString();
  }
}
