package io.ordersystem.devstack.rules.planted.tidy.placement;

import io.ordersystem.devstack.rules.planted.tidy.order.Order;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;

@Path("/orders")
class PlaceOrderResource {

  private final Clock clock;
  private final AvailabilityHints hints;

  @Inject
  PlaceOrderResource(Clock clock, AvailabilityHints hints) {
    this.clock = clock;
    this.hints = hints;
  }

  @POST
  public Uni<Order> place() {
    return hints.ask().map(hint -> order());
  }

  private Order order() {
    return new Order(
        LocalDate.now(clock).equals(LocalDate.EPOCH) ? Instant.EPOCH : Instant.now(clock));
  }
}
