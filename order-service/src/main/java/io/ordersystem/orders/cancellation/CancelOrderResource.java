package io.ordersystem.orders.cancellation;

import io.ordersystem.orders.order.Cancellation;
import io.ordersystem.orders.order.ChangeOrder;
import io.ordersystem.orders.order.ChangeOrder.Wish;
import io.ordersystem.orders.order.OrderView;
import io.ordersystem.orders.order.UnitsRequest;
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

/** Cancellations over HTTP. */
@Path("/api/orders/{idOrNumber}/cancellation")
class CancelOrderResource {
  private final ChangeOrder changeOrder;
  private final Callers callers;

  CancelOrderResource(ChangeOrder changeOrder, Callers callers) {
    this.changeOrder = changeOrder;
    this.callers = callers;
  }

  @POST
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  @APIResponseSchema(value = OrderView.class, responseCode = "200")
  @APIResponse(responseCode = "409", description = "illegal-transition, concurrent-update")
  @APIResponse(
      responseCode = "412",
      description = "version-mismatch: If-Match names another version")
  @APIResponse(
      responseCode = "422",
      description =
          "validation-failed: also for a line that is not there, or has not that many left")
  public Uni<RestResponse<String>> cancel(
      @RestPath String idOrNumber,
      @BeanParam ChangeHeaders headers,
      @NotNull @Valid CancelOrderRequest request,
      @Context ContainerRequestContext http) {
    var wish =
        Wish.of(
            callers.current(),
            idOrNumber,
            "POST cancellation",
            request,
            headers,
            headers.cause(http));
    return changeOrder
        .change(
            wish,
            200,
            changing -> {
              var cancellation = Cancellation.by(changing);
              if (request.lines() == null) {
                cancellation.all();
              } else {
                cancellation.units(UnitsRequest.units(request.lines()));
              }
            })
        .map(StoredAnswers::response);
  }
}
