package io.ordersystem.orders.fulfilment;

import io.ordersystem.orders.order.ChangeOrder;
import io.ordersystem.orders.order.ChangeOrder.Wish;
import io.ordersystem.orders.order.IllegalTransition;
import io.ordersystem.orders.order.OrderStatus;
import io.ordersystem.orders.order.OrderView;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.ChangeHeaders;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import java.util.EnumSet;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** A seller takes an order: from then on its customer can no longer call it off. */
@Path("/api/orders/{idOrNumber}/acceptance")
class AcceptOrderResource {
  private final ChangeOrder changeOrder;
  private final Callers callers;

  AcceptOrderResource(ChangeOrder changeOrder, Callers callers) {
    this.changeOrder = changeOrder;
    this.callers = callers;
  }

  @POST
  @RolesAllowed({Role.SELLER, Role.OPERATOR, Role.SERVICE})
  @APIResponseSchema(value = OrderView.class, responseCode = "200")
  @APIResponse(responseCode = "409", description = "illegal-transition, split-order")
  @APIResponse(
      responseCode = "412",
      description = "version-mismatch: If-Match names another version")
  public Uni<RestResponse<String>> accept(
      @RestPath String idOrNumber,
      @BeanParam ChangeHeaders headers,
      @Context ContainerRequestContext http) {
    var wish =
        Wish.of(callers.current(), idOrNumber, "POST acceptance", "", headers, headers.cause(http));
    return changeOrder.change(wish, 200, AcceptOrderResource::accept).map(StoredAnswers::response);
  }

  private static void accept(ChangeOrder.Changing changing) {
    changing.standing().mustFulfil();
    changing.mustNotBeParent();
    var order = changing.order();
    if (order.status() != OrderStatus.CONFIRMED) {
      throw new IllegalTransition(order, "acceptance", EnumSet.of(OrderStatus.CONFIRMED));
    }
    order.accept(changing.moment().now());
    changing.tree().derive(changing.moment().now());
  }
}
