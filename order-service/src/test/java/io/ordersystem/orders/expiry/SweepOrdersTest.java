package io.ordersystem.orders.expiry;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.awaitStatus;
import static io.ordersystem.orders.Shop.awaitStep;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.placed;
import static io.ordersystem.orders.Shop.stockReserved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.orders.Shop;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SweepOrdersTest {
  private final TestDatabase database = Shop.database();
  private final String variant = newVariant();

  @Test
  void endsAnUnpaidOrderAndGivesEverythingBack() {
    offer(variant, "s1", 1000, 100);
    UUID order = placed("c1", variant, 1);
    stockReserved(order);
    awaitStep(order, "AUTHORIZING");
    database.execute(
        "UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = ?", order);
    awaitStatus("c1", order, "CANCELLED");
    assertThat(database.rows("SELECT cancel_reason FROM orders WHERE id = ?", order).getFirst())
        .containsEntry("cancel_reason", "EXPIRED");
    assertThat(commands(order))
        .contains("io.ordersystem.reservation.release.v1", "io.ordersystem.payment.void.v1");
  }

  @Test
  void sendsAnUnansweredCommandAgain() {
    offer(variant, "s1", 1000, 100);
    UUID order = placed("c1", variant, 1);
    database.execute(
        "UPDATE order_sagas SET deadline = now() - interval '1 second' WHERE order_id = ?", order);
    await().atMost(SOON).until(() -> commands(order).size() == 2);
    assertThat(commands(order)).containsOnly("io.ordersystem.reservation.reserve.v1");
    assertThat(
            database
                .rows(
                    "SELECT attempts, deadline > now() AS later FROM order_sagas WHERE order_id = ?",
                    order)
                .getFirst())
        .containsEntry("attempts", 2)
        .containsEntry("later", true);
  }

  @Test
  void ordersThatCannotBeMovedDoNotStandBeforeTheOthers() {
    offer(variant, "s1", 1000, 1_000);
    String stuck = "stuck-" + variant;
    // More than a page of them.
    for (int i = 0; i < 110; i++) {
      placed(stuck, variant, 1);
    }
    UUID behind = placed("c1", variant, 1);
    database.execute(
        """
        CREATE FUNCTION refuse_stuck() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'stuck'; END $$
        """);
    database.execute(
        """
        CREATE TRIGGER refuse_stuck BEFORE UPDATE ON orders FOR EACH ROW
        WHEN (NEW.status = 'CANCELLED' AND NEW.customer_id LIKE 'stuck-%') EXECUTE FUNCTION refuse_stuck()
        """);
    try {
      database.execute(
          "UPDATE orders SET expires_at = now() - interval '2 seconds' WHERE customer_id = ?",
          stuck);
      database.execute(
          "UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = ?", behind);
      awaitStatus("c1", behind, "CANCELLED");
    } finally {
      database.execute("DROP FUNCTION refuse_stuck() CASCADE");
    }
    await()
        .atMost(SOON)
        .until(() ->
            database.number(
                    "SELECT count(*) FROM orders WHERE customer_id = ? AND status = 'PENDING'",
                    stuck)
                == 0);
  }

  /** In this test nobody answers unless the test does: each neighbour in turn is mute for good. */
  @Test
  void whicheverNeighbourIsMuteEveryOrderIsFlaggedAndEnds() {
    offer(variant, "s1", 1000, 100);
    UUID withoutStock = placed("c1", variant, 1);
    UUID withoutPayment = placed("c1", variant, 1);
    stockReserved(withoutPayment);
    awaitStep(withoutPayment, "AUTHORIZING");
    for (UUID order : List.of(withoutStock, withoutPayment)) {
      database.execute(
          "UPDATE order_sagas SET deadline = now() - interval '1 second' WHERE order_id = ?",
          order);
      await().atMost(SOON).until(() -> flag(order).endsWith("is not answered"));
      database.execute(
          "UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = ?", order);
      awaitStatus("c1", order, "CANCELLED");
      assertThat(flag(order)).isEqualTo("null");
    }
  }

  @Test
  void leavesWhatSomebodyElseHasLockedToTheNextBeatAndTheOthersEnd() throws SQLException {
    offer(variant, "s1", 1000, 100);
    UUID locked = placed("c1", variant, 1);
    UUID free = placed("c1", variant, 1);
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (UUID order : List.of(locked, free)) {
        database.execute(
            "UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = ?", order);
        if (order.equals(locked)) {
          statement.execute("SELECT 1 FROM orders WHERE id = '" + locked + "' FOR UPDATE");
        }
      }
      awaitStatus("c1", free, "CANCELLED");
      assertThat(Shop.order(locked).getString("status")).isIn("PENDING", "CANCELLED");
      connection.rollback();
    }
    awaitStatus("c1", locked, "CANCELLED");
  }

  @Test
  void anOrderThatCannotBeWrittenIsLeftToPeopleAfterSomeAttempts() {
    offer(variant, "s1", 1000, 100);
    String customer = "stuck-for-good-" + variant;
    UUID order = placed(customer, variant, 1);
    database.execute(
        """
        CREATE FUNCTION refuse_for_good() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'stuck'; END $$
        """);
    database.execute(
        """
        CREATE TRIGGER refuse_for_good BEFORE UPDATE ON orders FOR EACH ROW
        WHEN (NEW.status = 'CANCELLED' AND NEW.customer_id LIKE 'stuck-for-good-%') EXECUTE FUNCTION refuse_for_good()
        """);
    try {
      // The last two of ten attempts.
      database.execute("UPDATE order_sagas SET sweep_failures = 8 WHERE order_id = ?", order);
      database.execute(
          "UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = ?", order);
      await().atMost(SOON).until(() -> flag(order).equals("it cannot be moved on"));
      assertThat(failures(order)).isEqualTo(10);
    } finally {
      database.execute("DROP FUNCTION refuse_for_good() CASCADE");
    }
    // Nobody tries any more, until an operator does.
    assertThat(Shop.order(order).getString("status")).isEqualTo("PENDING");
    Shop.as(TestTokens.operator())
        .post("/api/orders/" + order + "/saga/compensate")
        .then()
        .statusCode(200);
    assertThat(failures(order)).isZero();
  }

  private String flag(UUID order) {
    return String.valueOf(
        database
            .rows("SELECT flag FROM order_sagas WHERE order_id = ?", order)
            .getFirst()
            .get("flag"));
  }

  private long failures(UUID order) {
    return database.number("SELECT sweep_failures FROM order_sagas WHERE order_id = ?", order);
  }

  private List<String> commands(UUID order) {
    return database
        .rows(
            "SELECT type FROM outbox WHERE key = ? AND topic LIKE '%commands%' ORDER BY position",
            order.toString())
        .stream()
        .map(row -> String.valueOf(row.get("type")))
        .toList();
  }
}
