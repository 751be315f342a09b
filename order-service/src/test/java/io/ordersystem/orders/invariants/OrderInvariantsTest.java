package io.ordersystem.orders.invariants;

import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.placed;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.orders.Shop;
import io.ordersystem.platform.invariants.WatchInvariants;
import io.ordersystem.platform.sql.OwnContext;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault is seen in the gauge, and its end, too. Other tests of this module leave theirs. */
@QuarkusTest
class OrderInvariantsTest {
  @Inject WatchInvariants watch;
  @Inject MeterRegistry metrics;
  @Inject Vertx vertx;

  private final TestDatabase database = Shop.database();
  private UUID order;

  @BeforeEach
  void place() {
    String variant = newVariant();
    offer(variant, "s1", 1000, 100);
    order = placed("c1", variant, 2);
  }

  @Test
  void amountsThatAreNotThoseOfTheLines() {
    seen(
        "I3",
        "UPDATE order_items SET unit_price = unit_price + 1, total_price = total_price + quantity WHERE order_id = ?",
        "UPDATE order_items SET unit_price = unit_price - 1, total_price = total_price - quantity WHERE order_id = ?");
  }

  @Test
  void aVersionThatTheTimelineDoesNotHave() {
    seen(
        "I9",
        "UPDATE orders SET version = version + 1 WHERE id = ?",
        "UPDATE orders SET version = version - 1 WHERE id = ?");
  }

  /** One that the sweeper has given up. */
  @Test
  void anAnswerThatIsOverdue() {
    seen(
        "I10",
        "UPDATE order_sagas SET deadline = now() - interval '2 minutes', sweep_failures = 1000 WHERE order_id = ?",
        "UPDATE order_sagas SET deadline = now() + interval '2 minutes', sweep_failures = 0 WHERE order_id = ?");
  }

  private void seen(String invariant, String fault, String repair) {
    double before = look(invariant);
    assertThat(before).as("must not have come to the limit").isLessThan(100);
    assertThat(database.execute(fault, order)).isEqualTo(1);
    assertThat(look(invariant)).isEqualTo(before + 1);
    assertThat(database.execute(repair, order)).isEqualTo(1);
    assertThat(look(invariant)).isEqualTo(before);
  }

  private double look(String invariant) {
    OwnContext.of(vertx, watch::look).await().atMost(Shop.SOON);
    return metrics.get("invariant.violations").tag("invariant", invariant).gauge().value();
  }
}
