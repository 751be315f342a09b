package io.ordersystem.orders.lists;

import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Lists of orders over HTTP. */
@Path("/api/orders")
class OrderListsResource {
  private final OrderHistory history;
  private final ActiveOrders activeOrders;
  private final Callers callers;

  OrderListsResource(OrderHistory history, ActiveOrders activeOrders, Callers callers) {
    this.history = history;
    this.activeOrders = activeOrders;
    this.callers = callers;
  }

  /** What is answered as bytes; for OpenAPI. */
  @Schema(name = "PageSummary")
  record History(List<Summary> items, @Nullable String nextCursor) {}

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @RolesAllowed({Role.CUSTOMER, Role.OPERATOR, Role.SERVICE})
  @APIResponse(
      responseCode = "200",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = History.class)))
  public Uni<byte[]> list(
      @RestQuery @Nullable String customerId,
      @RestQuery @Nullable String status,
      @RestQuery @Nullable String createdFrom,
      @RestQuery @Nullable String createdTo,
      @RestQuery @DefaultValue("20") @Min(1) @Max(100) int limit,
      @RestQuery @Nullable String cursor) {
    Caller caller = callers.current();
    String customer = customer(caller, customerId);
    var filter =
        new OrderHistory.Filter(
            customer, status, time("createdFrom", createdFrom), time("createdTo", createdTo));
    return history.list(filter, limit, cursor).map(Buffer::getBytes);
  }

  @GET
  @Path("/active")
  @RolesAllowed({Role.OPERATOR, Role.SERVICE})
  public Uni<Page<ActiveOrders.Active>> active(
      @RestQuery @DefaultValue("20") @Min(1) @Max(100) int limit,
      @RestQuery @Nullable String cursor) {
    return activeOrders.list(limit, cursor);
  }

  private static @Nullable String customer(Caller caller, @Nullable String asked) {
    if (caller.isTrusted()) {
      return asked;
    }
    if (asked != null && !asked.equals(caller.subject())) {
      throw new DomainException(ProblemType.FORBIDDEN, "only your own orders can be listed");
    }
    return caller.subject();
  }

  private static @Nullable Instant time(String parameter, @Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          parameter + " must be an RFC 3339 time in UTC",
          List.of(new DomainException.Invalid(null, parameter + " is no time")));
    }
  }
}
