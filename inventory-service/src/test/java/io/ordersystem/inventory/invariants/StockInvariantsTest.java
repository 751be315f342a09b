package io.ordersystem.inventory.invariants;

import static io.ordersystem.inventory.Warehouse.database;
import static io.ordersystem.inventory.Warehouse.offered;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.inventory.Warehouse;
import io.ordersystem.platform.invariants.WatchInvariants;
import io.ordersystem.platform.sql.OwnContext;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** Each fault is seen in the gauge, and its end, too. Other tests of this module leave theirs. */
@QuarkusTest
class StockInvariantsTest {
  private static final String FREE_IT =
      "UPDATE inventory SET reserved = reserved - 1 WHERE variant_id = ?";

  @Inject WatchInvariants watch;
  @Inject MeterRegistry metrics;
  @Inject Vertx vertx;

  @Test
  void stockThatNobodyHolds() {
    String variant = offered(10);
    double before = look("I2");
    assertThat(before).as("must not have come to the limit").isLessThan(100);
    assertThat(
            database()
                .execute(
                    "UPDATE inventory SET reserved = reserved + 1 WHERE variant_id = ?", variant))
        .isEqualTo(1);
    assertThat(look("I2")).isEqualTo(before + 1);
    assertThat(database().execute(FREE_IT, variant)).isEqualTo(1);
    assertThat(look("I2")).isEqualTo(before);
  }

  /** The sweeper cannot come to it while somebody else has it locked. */
  @Test
  void aHoldThatOutlivesItsTime() throws Exception {
    String variant = offered(10);
    String key = "overdue-" + variant;
    database()
        .execute(
            "INSERT INTO reservations (key, status, version, created_at, updated_at) VALUES (?, 'ACTIVE', 1, now(), now())",
            key);
    double before = look("I10");
    try (var connection = database().connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT FROM reservations WHERE key = '" + key + "' FOR NO KEY UPDATE");
      database()
          .execute(
              """
              INSERT INTO inventory_reservations (reservation_key, group_key, variant_id, seller_id, quantity, status, expires_at, created_at)
              VALUES (?, ?, ?, 's1', 1, 'ACTIVE', now() - interval '2 minutes', now())
              """,
              key,
              key,
              variant);
      assertThat(look("I10")).isEqualTo(before + 1);
      database().execute("DELETE FROM inventory_reservations WHERE reservation_key = ?", key);
      connection.rollback();
    }
    assertThat(look("I10")).isEqualTo(before);
  }

  private double look(String invariant) {
    OwnContext.of(vertx, watch::look).await().atMost(Warehouse.SOON);
    return metrics.get("invariant.violations").tag("invariant", invariant).gauge().value();
  }
}
