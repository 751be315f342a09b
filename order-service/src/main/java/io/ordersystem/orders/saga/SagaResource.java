package io.ordersystem.orders.saga;

import io.ordersystem.orders.order.Cancellation;
import io.ordersystem.orders.order.ChangeOrder;
import io.ordersystem.orders.order.ChangeOrder.Wish;
import io.ordersystem.orders.order.IllegalTransition;
import io.ordersystem.orders.order.OrderView;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.ChangeHeaders;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** What operators see of a saga, and how they move it on. */
@Path("/api/orders/{idOrNumber}/saga")
class SagaResource {
  private final ExplainSaga explainSaga;
  private final ChangeOrder changeOrder;
  private final Callers callers;

  SagaResource(ExplainSaga explainSaga, ChangeOrder changeOrder, Callers callers) {
    this.explainSaga = explainSaga;
    this.changeOrder = changeOrder;
    this.callers = callers;
  }

  @GET
  @RolesAllowed(Role.OPERATOR)
  public Uni<SagaView> explain(@RestPath String idOrNumber) {
    return explainSaga.explain(callers.current(), idOrNumber);
  }

  /** Sends every command that waits for its answer, or was refused, again now. */
  @POST
  @Path("/resume")
  @RolesAllowed(Role.OPERATOR)
  @APIResponseSchema(value = OrderView.class, responseCode = "200")
  @APIResponse(responseCode = "409", description = "illegal-transition: it waits for nothing")
  @APIResponse(
      responseCode = "412",
      description = "version-mismatch: If-Match names another version")
  public Uni<RestResponse<String>> resume(
      @RestPath String idOrNumber,
      @BeanParam ChangeHeaders headers,
      @Context ContainerRequestContext http) {
    var wish =
        Wish.of(
            callers.current(), idOrNumber, "POST saga/resume", "", headers, headers.cause(http));
    return changeOrder.change(wish, 200, SagaResource::resume).map(StoredAnswers::response);
  }

  /** Cancels the whole order and gives back what it holds. */
  @POST
  @Path("/compensate")
  @RolesAllowed(Role.OPERATOR)
  @APIResponseSchema(value = OrderView.class, responseCode = "200")
  @APIResponse(
      responseCode = "409",
      description = "illegal-transition: something has left already, or it is cancelled")
  @APIResponse(
      responseCode = "412",
      description = "version-mismatch: If-Match names another version")
  public Uni<RestResponse<String>> compensate(
      @RestPath String idOrNumber,
      @BeanParam ChangeHeaders headers,
      @Context ContainerRequestContext http) {
    var wish =
        Wish.of(
            callers.current(),
            idOrNumber,
            "POST saga/compensate",
            "",
            headers,
            headers.cause(http));
    return changeOrder.change(wish, 200, SagaResource::compensate).map(StoredAnswers::response);
  }

  private static void resume(ChangeOrder.Changing changing) {
    if (!changing.process().resume(changing.moment())) {
      throw new IllegalTransition(changing.order(), "it waits for no answer");
    }
  }

  private static void compensate(ChangeOrder.Changing changing) {
    changing.mustNotBeChild();
    Cancellation.by(changing).all();
  }
}
