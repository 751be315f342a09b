package io.ordersystem.orders.fulfilment;

import io.ordersystem.orders.order.ChangeOrder;
import io.ordersystem.orders.order.ChangeOrder.Wish;
import io.ordersystem.orders.order.IllegalTransition;
import io.ordersystem.orders.order.OrderView;
import io.ordersystem.orders.order.Shipment;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.ChangeHeaders;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** Parcels over HTTP: they leave, and they arrive. */
@Path("/api/orders/{idOrNumber}/shipments")
class ShipmentsResource {
  private final ChangeOrder changeOrder;
  private final Callers callers;

  ShipmentsResource(ChangeOrder changeOrder, Callers callers) {
    this.changeOrder = changeOrder;
    this.callers = callers;
  }

  /** Answers the order; its last shipment is the new one. */
  @POST
  @RolesAllowed({Role.SELLER, Role.OPERATOR, Role.SERVICE})
  @APIResponseSchema(value = OrderView.class, responseCode = "201")
  @APIResponse(
      responseCode = "409",
      description = "illegal-transition, split-order, payment-not-authorised")
  @APIResponse(
      responseCode = "412",
      description = "version-mismatch: If-Match names another version")
  @APIResponse(
      responseCode = "422",
      description =
          "validation-failed: also for a line that is not there, or has not that many left")
  public Uni<RestResponse<String>> ship(
      @RestPath String idOrNumber,
      @BeanParam ChangeHeaders headers,
      @NotNull @Valid ShipOrderRequest request,
      @Context ContainerRequestContext http) {
    var wish =
        Wish.of(
            callers.current(), idOrNumber, "POST shipments", request, headers, headers.cause(http));
    return changeOrder
        .change(wish, 201, changing -> ShipOrder.ship(changing, request))
        .map(StoredAnswers::response);
  }

  @POST
  @Path("/{shipmentId}/delivery")
  @RolesAllowed({Role.SELLER, Role.OPERATOR, Role.SERVICE})
  @APIResponseSchema(value = OrderView.class, responseCode = "200")
  @APIResponse(responseCode = "409", description = "illegal-transition, split-order")
  @APIResponse(
      responseCode = "412",
      description = "version-mismatch: If-Match names another version")
  public Uni<RestResponse<String>> deliver(
      @RestPath String idOrNumber,
      @BeanParam ChangeHeaders headers,
      @RestPath String shipmentId,
      @Context ContainerRequestContext http) {
    var wish =
        Wish.of(
            callers.current(),
            idOrNumber,
            "POST delivery",
            shipmentId,
            headers,
            headers.cause(http));
    return changeOrder
        .change(wish, 200, changing -> deliver(changing, shipmentId))
        .map(StoredAnswers::response);
  }

  private static void deliver(ChangeOrder.Changing changing, String shipmentId) {
    changing.standing().mustFulfil();
    changing.mustNotBeParent();
    var order = changing.order();
    Shipment shipment =
        order.shipments().stream()
            .filter(candidate -> candidate.id().toString().equalsIgnoreCase(shipmentId))
            .findFirst()
            .orElseThrow(
                () -> new DomainException(ProblemType.NOT_FOUND, "no shipment " + shipmentId));
    if (shipment.deliveredAt() != null) {
      throw new IllegalTransition(order, "shipment " + shipment.id() + " is DELIVERED already");
    }
    order.deliver(shipment, changing.moment().now());
    changing.tree().derive(changing.moment().now());
  }
}
