package io.ordersystem.orders.placement;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.awaitStatus;
import static io.ordersystem.orders.Shop.body;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.place;
import static io.ordersystem.orders.Shop.placed;
import static io.ordersystem.orders.Shop.stockRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestOutage;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OutagesTest {
  private final String variant = newVariant();

  @Test
  void takesOrdersWithoutKafkaAndGoesOnWhenItIsBack() {
    offer(variant, "s1", 100, 100);
    UUID order;
    try (var outage = TestOutage.stopKafka()) {
      order = placed("c1", variant, 1);
    }
    try (var reader = TestKafka.read(Topic.RESERVATION_COMMANDS)) {
      assertThat(reader.await(SOON.multipliedBy(2), r -> order.toString().equals(r.key())).type())
          .isEqualTo("io.ordersystem.reservation.reserve.v1");
    }
    stockRejected(order);
    awaitStatus("c1", order, "CANCELLED");
  }

  @Test
  void saysThatItCannotWithoutItsDatabaseAndRecoversByItself() {
    offer(variant, "s1", 100, 100);
    try (var outage = TestOutage.stopPostgres()) {
      place("c1", body("c1", variant, 1))
          .then()
          .statusCode(503)
          .contentType("application/problem+json")
          .header("Retry-After", notNullValue())
          .body("code", equalTo("service-unavailable"));
    }
    await().atMost(SOON).until(() -> place("c1", body("c1", variant, 1)).statusCode() == 201);
    UUID order = placed("c1", variant, 1);
    stockRejected(order);
    awaitStatus("c1", order, "CANCELLED");
  }
}
