package io.ordersystem.orders.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.orders.OldMonths;
import io.ordersystem.orders.Shop;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

@QuarkusTest
class DetachMonthsTest {

  @Test
  void detachesWholeMonthsOfEndedOrdersAndDeletesNothing() throws SQLException {
    try (Connection connection = Shop.database().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT create_partitions('2020-02-15Z')");
      order(statement, "2020-01-10Z", "DELIVERED");
      order(statement, "2020-02-10Z", "CONFIRMED");
      order(statement, "2020-03-10Z", "CANCELLED");
      for (String month : new String[] {"2020_01", "2020_03"}) {
        assertThat(text(statement, "SELECT detach_orders('2020-04-01Z')"))
            .isEqualTo("{detached_orders_" + month + "}");
      }
      assertThat(
              text(
                  statement,
                  "SELECT string_agg(order_number, ',') FROM orders WHERE order_number LIKE 'old-%'"))
          .isEqualTo("old-2020-02-10Z");
      for (String table : new String[] {"orders", "order_items", "order_timeline"}) {
        assertThat(text(statement, "SELECT count(*) FROM detached_" + table + "_2020_01"))
            .isEqualTo("1");
      }
      assertThat(
              text(
                  statement,
                  "SELECT count(*) FROM order_sagas WHERE order_id < uuid7_floor('2020-04-01Z')"))
          .isEqualTo("1");
      // Nothing more to do, and new months are made as ever.
      assertThat(text(statement, "SELECT detach_orders('2020-04-01Z')")).isEqualTo("{}");
      statement.execute("SELECT create_partitions(now())");
      connection.rollback();
    }
  }

  @Test
  void aMonthIsJudgedByWhatIsBeingWrittenToIt() throws Exception {
    try (Connection refunding = Shop.database().connect();
        Connection detaching = Shop.database().connect();
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        Statement refund = refunding.createStatement();
        Statement detach = detaching.createStatement()) {
      OldMonths.create(refund, "2019-05-15Z");
      // The month of the order is the first that is judged: the one before would make it wait.
      OldMonths.drop(refund, "2019-05-02Z");
      order(refund, "2019-05-10Z", "DELIVERED");
      refunding.setAutoCommit(false);
      refund.execute("SELECT FROM orders WHERE order_number = 'old-2019-05-10Z' FOR UPDATE");
      refund.execute(
          "UPDATE order_sagas SET pending = '[{}]' WHERE order_id = uuid7_floor('2019-05-10Z')");
      detaching.setAutoCommit(false);
      int pid = Integer.parseInt(text(detach, "SELECT pg_backend_pid()"));
      var detached = threads.submit(() -> text(detach, "SELECT detach_orders('2019-06-01Z')"));
      await()
          .atMost(Shop.SOON)
          .until(() ->
              Shop.database()
                      .number(
                          "SELECT count(*) FROM pg_stat_activity WHERE pid = ? AND wait_event_type = 'Lock'",
                          pid)
                  == 1);
      refunding.commit();
      assertThat(detached.get()).doesNotContain("orders_2019_05");
      detaching.rollback();
      // Once the refund is answered the month may go; its tables, too, for they are this test's.
      refund.execute(
          "UPDATE order_sagas SET pending = '[]' WHERE order_id = uuid7_floor('2019-05-10Z')");
      assertThat(OldMonths.drop(refund, "2019-12-01Z")).contains("detached_orders_2019_05");
      refunding.commit();
    }
  }

  @Test
  void anOrderOfADetachedMonthIsNotFound() throws SQLException {
    try (Connection connection = Shop.database().connect();
        Statement statement = connection.createStatement()) {
      OldMonths.create(statement, "2018-05-15Z");
      OldMonths.drop(statement, "2018-05-02Z");
      order(statement, "2018-05-10Z", "DELIVERED");
      String id = text(statement, "SELECT uuid7_floor('2018-05-10Z')");
      get(id).then().statusCode(200).body("orderNumber", equalTo("old-2018-05-10Z"));
      assertThat(OldMonths.drop(statement, "2018-12-01Z")).contains("detached_orders_2018_05");
      get(id).then().statusCode(404);
    }
  }

  /** From the primary: neither the cache nor the replica is told by this test. */
  private static Response get(String order) {
    return TestRequests.stranger(TestTokens.operator())
        .header("Cache-Control", "no-cache")
        .get("/api/orders/" + order);
  }

  private static void order(Statement statement, String day, String status) throws SQLException {
    statement.execute(
        """
        INSERT INTO orders (id, order_number, root_order_id, is_split, customer_id, seller_id, status, payment_status, fulfilment_status,
          cancel_reason, currency, items_amount, shipping_amount, discount_amount, tax_amount, total_amount, item_count, payment_method,
          expires_at, version, created_at, updated_at)
        SELECT id, 'old-%1$s', id, false, 'c', 's', '%2$s', 'NONE', 'NONE', CASE WHEN '%2$s' = 'CANCELLED' THEN 'CUSTOMER' END, 'EUR', 1, 0, 0, 0, 1,
          1, 'pm', '%1$s', 1, '%1$s', '%1$s'
        FROM uuid7_floor('%1$s') AS id;
        INSERT INTO order_items (id, order_id, line, variant_id, seller_id, name, quantity, unit_price, discount_amount, shipping_amount,
          tax_amount, total_price, status, reservation_key)
        SELECT id, id, 1, 'v', 's', 'n', 1, 1, 0, 0, 0, 1, 'PENDING', id::text FROM uuid7_floor('%1$s') AS id;
        INSERT INTO order_timeline (order_id, version, type, time, actor, data) SELECT id, 1, 'placed', '%1$s', 'x', '{}' FROM uuid7_floor('%1$s') AS id;
        INSERT INTO order_sagas (order_id, step, version) SELECT id, 'COMPLETED', 1 FROM uuid7_floor('%1$s') AS id
        """
            .formatted(day, status));
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
