package io.ordersystem.orders.contact;

import com.fasterxml.jackson.databind.JsonNode;
import io.ordersystem.orders.order.ChangeOrder;
import io.ordersystem.orders.order.ChangeOrder.Wish;
import io.ordersystem.orders.order.IllegalTransition;
import io.ordersystem.orders.order.Order;
import io.ordersystem.orders.order.OrderStatus;
import io.ordersystem.orders.order.OrderView;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.ChangeHeaders;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** Change of address or contact over HTTP: of a root order, for all its children. */
@Path("/api/orders")
class ChangeContactResource {
  /** As long as no seller packs it. */
  private static final Set<OrderStatus> BY_CUSTOMER =
      EnumSet.of(OrderStatus.PENDING, OrderStatus.CONFIRMED);

  /** As long as nothing has left. */
  private static final Set<OrderStatus> BY_OTHERS =
      EnumSet.of(OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PROCESSING);

  private final ChangeOrder changeOrder;
  private final PersonPatch personPatch;
  private final Callers callers;

  ChangeContactResource(ChangeOrder changeOrder, PersonPatch personPatch, Callers callers) {
    this.changeOrder = changeOrder;
    this.personPatch = personPatch;
    this.callers = callers;
  }

  @PATCH
  @Path("/{idOrNumber}")
  @Consumes({"application/merge-patch+json", MediaType.APPLICATION_JSON})
  @RolesAllowed({Role.CUSTOMER, Role.OPERATOR, Role.SERVICE})
  @APIResponseSchema(value = OrderView.class, responseCode = "200")
  @APIResponse(responseCode = "409", description = "illegal-transition, split-order")
  @APIResponse(
      responseCode = "412",
      description = "version-mismatch: If-Match names another version")
  @APIResponse(responseCode = "422", description = "validation-failed")
  public Uni<RestResponse<String>> change(
      @RestPath String idOrNumber,
      @BeanParam ChangeHeaders headers,
      @NotNull JsonNode patch,
      @Context ContainerRequestContext http) {
    personPatch.require(patch);
    var wish = Wish.of(callers.current(), idOrNumber, "PATCH", patch, headers, headers.cause(http));
    return changeOrder
        .change(wish, 200, changing -> change(changing, patch))
        .map(StoredAnswers::response);
  }

  private void change(ChangeOrder.Changing changing, JsonNode patch) {
    changing.standing().mustHaveOrdered();
    changing.mustNotBeChild();
    Set<OrderStatus> allowed = changing.standing().trusted() ? BY_OTHERS : BY_CUSTOMER;
    for (Order leaf : changing.tree().leaves()) {
      if (leaf.status() != OrderStatus.CANCELLED && !allowed.contains(leaf.status())) {
        throw new IllegalTransition(leaf, "a change of address or contact", allowed);
      }
      if (!leaf.shipments().isEmpty()) {
        throw new IllegalTransition(leaf, "a part of it is on its way");
      }
    }
    if (changing.tree().live().isEmpty()) {
      throw new IllegalTransition(changing.order(), "a change of address or contact", allowed);
    }
    var person = personPatch.apply(changing.order().header().person(), patch);
    changing.tree().relocate(person, changing.moment().now());
  }
}
