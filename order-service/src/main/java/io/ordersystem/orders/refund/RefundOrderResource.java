package io.ordersystem.orders.refund;

import io.ordersystem.orders.order.ChangeOrder;
import io.ordersystem.orders.order.ChangeOrder.Wish;
import io.ordersystem.orders.order.OrderView;
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

/** Refunds over HTTP. */
@Path("/api/orders/{idOrNumber}/refunds")
class RefundOrderResource {
  private final ChangeOrder changeOrder;
  private final Callers callers;

  RefundOrderResource(ChangeOrder changeOrder, Callers callers) {
    this.changeOrder = changeOrder;
    this.callers = callers;
  }

  /** Answers the order; its last refund is the new one, {@code PENDING} until the money moved. */
  @POST
  @RolesAllowed({Role.SELLER, Role.OPERATOR, Role.SERVICE})
  @APIResponseSchema(value = OrderView.class, responseCode = "201")
  @APIResponse(
      responseCode = "409",
      description = "not-captured, amount-exceeds-captured, split-order")
  @APIResponse(
      responseCode = "412",
      description = "version-mismatch: If-Match names another version")
  @APIResponse(
      responseCode = "422",
      description = "validation-failed: also for a line that is not there")
  public Uni<RestResponse<String>> refund(
      @RestPath String idOrNumber,
      @BeanParam ChangeHeaders headers,
      @NotNull @Valid RefundOrderRequest request,
      @Context ContainerRequestContext http) {
    var wish =
        Wish.of(
            callers.current(), idOrNumber, "POST refunds", request, headers, headers.cause(http));
    return changeOrder
        .change(wish, 201, changing -> RefundOrder.refund(changing, request))
        .map(StoredAnswers::response);
  }
}
