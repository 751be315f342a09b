package io.ordersystem.orders.placement;

import io.ordersystem.orders.order.OrderConfig;
import io.ordersystem.orders.order.Placement;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.reads.ConsistencyInOpenApi;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** What an order would be, without placing it: priced, split and rounded by the same code. */
@Path("/api/orders/preview")
class PreviewOrderResource {
  private final PriceOrder priceOrder;
  private final OrderConfig config;
  private final Callers callers;
  private final Ids ids;
  private final Clock clock;

  PreviewOrderResource(
      PriceOrder priceOrder, OrderConfig config, Callers callers, Ids ids, Clock clock) {
    this.priceOrder = priceOrder;
    this.config = config;
    this.callers = callers;
    this.ids = ids;
    this.clock = clock;
  }

  @POST
  @Operation(extensions = @Extension(name = ConsistencyInOpenApi.QUESTION, value = "primary"))
  @RolesAllowed({Role.CUSTOMER, Role.OPERATOR, Role.SERVICE})
  @APIResponse(responseCode = "200", description = "The order as it would be placed now")
  @APIResponse(responseCode = "409", description = "price-changed, insufficient-stock")
  @APIResponse(
      responseCode = "422",
      description =
          "validation-failed, unknown-variant, seller-required, currency-mismatch, price-not-allowed")
  public Uni<PreviewedOrder> preview(@NotNull @Valid PlaceOrderRequest request) {
    Caller caller = callers.current();
    PlaceOrder.requireOwn(caller, request);
    return priceOrder.price(caller, request).map(this::preview);
  }

  private PreviewedOrder preview(Placement placement) {
    Instant now = clock.instant();
    return PreviewedOrder.of(
        placement, placement.place(ids::at, now, now.plus(config.expiresAfter())));
  }
}
