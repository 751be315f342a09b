package io.ordersystem.orders.expiry;

import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.placed;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.orders.Shop;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SagaGaugesTest {
  @Inject SagaGauges gauges;
  @Inject MeterRegistry metrics;

  @Test
  void tellWhatWaitsAndWhatIsOverdue() {
    String variant = newVariant();
    offer(variant, "s1", 1000, 100);
    UUID order = placed("c1", variant, 1);
    gauges.sample().await().atMost(Shop.SOON);
    double waiting = value("order.sagas.waiting");
    assertThat(waiting).isPositive();
    assertThat(value("order.sagas.oldest.age")).isPositive();
    Shop.database()
        .execute(
            "UPDATE order_sagas SET deadline = now() - interval '1 hour', sweep_failures = 1000 WHERE order_id = ?",
            order);
    gauges.sample().await().atMost(Shop.SOON);
    assertThat(value("order.sagas.overdue")).isBetween(3_600.0, 3_700.0);
    Shop.database()
        .execute(
            "UPDATE order_sagas SET deadline = now() + interval '1 minute', sweep_failures = 0 WHERE order_id = ?",
            order);
    gauges.sample().await().atMost(Shop.SOON);
    assertThat(value("order.sagas.overdue")).isLessThan(3_600);
    assertThat(metrics.get("order.sagas.waiting").tag("step", "authorizing").gauge().value())
        .isNotNegative();
  }

  private double value(String gauge) {
    return metrics.get(gauge).tag("step", "reserving").gauge().value();
  }
}
