package io.ordersystem.orders.history;

import io.ordersystem.orders.order.OrderDetails;
import io.ordersystem.orders.order.OrderView;
import io.ordersystem.orders.order.OrderWaiters;
import io.ordersystem.orders.order.WaitPreference;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.EntityTags;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** Reads of orders over HTTP. */
@Path("/api/orders")
class OrderResource {
  private final OrderDetails details;
  private final OrderHistory history;
  private final Timeline timeline;
  private final OrderWaiters waiters;
  private final Callers callers;

  OrderResource(
      OrderDetails details,
      OrderHistory history,
      Timeline timeline,
      OrderWaiters waiters,
      Callers callers) {
    this.details = details;
    this.history = history;
    this.timeline = timeline;
    this.waiters = waiters;
    this.callers = callers;
  }

  @GET
  @Path("/{idOrNumber}")
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  public Uni<RestResponse<OrderView>> one(
      @RestPath String idOrNumber,
      @RestHeader("Prefer") @Nullable String prefer,
      @RestHeader("If-None-Match") @Nullable String ifNoneMatch) {
    Caller caller = callers.current();
    Optional<Duration> wait = WaitPreference.of(prefer).filter(any -> waiters.hasRoom());
    return details
        .get(caller, idOrNumber)
        .chain(order ->
            wait.isPresent() && isOpen(order)
                ? waiters.await(order.id(), wait.get()).chain(() -> details.get(caller, idOrNumber))
                : Uni.createFrom().item(order))
        .map(order -> EntityTags.ok(order, order.version(), ifNoneMatch))
        .invoke(answer -> answer.getHeaders().putSingle("X-Read-Source", "primary"))
        .invoke(answer ->
            wait.ifPresent(time ->
                answer.getHeaders().putSingle("Preference-Applied", "wait=" + time.toSeconds())));
  }

  @GET
  @RolesAllowed({Role.CUSTOMER, Role.OPERATOR, Role.SERVICE})
  public Uni<RestResponse<Page<OrderHistory.Summary>>> list(
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
    return history
        .list(filter, limit, cursor)
        .map(
            read -> ResponseBuilder.ok(read.page()).header("X-Read-Source", read.source()).build());
  }

  @GET
  @Path("/{idOrNumber}/events")
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  public Uni<Timeline.Events> events(
      @RestPath String idOrNumber,
      @RestQuery @DefaultValue("0") @Min(0) long after,
      @RestQuery @DefaultValue("100") @Min(1) @Max(1000) int limit) {
    return details
        .find(callers.current(), idOrNumber)
        .chain(id -> timeline.after(id, after, limit));
  }

  private static boolean isOpen(OrderView order) {
    return order.status().equals("PENDING") && !order.paymentStatus().equals("REQUIRES_ACTION");
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
