package io.ordersystem.devstack.rules.planted.tidy.cancellation;

import io.ordersystem.devstack.rules.planted.tidy.order.Order;
import io.smallrye.mutiny.Uni;
import java.time.Clock;

class CancelOrder {

  private final Clock clock;

  CancelOrder(Clock clock) {
    this.clock = clock;
  }

  Uni<Order.Settled> cancel(Uni<Order> order) {
    return order.map(it -> it.settle(clock.instant()));
  }
}
