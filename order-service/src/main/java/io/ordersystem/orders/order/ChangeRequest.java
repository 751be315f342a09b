package io.ordersystem.orders.order;

import io.ordersystem.orders.order.ChangeOrder.Wish;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.web.RequestIds;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** What every HTTP request that changes an order carries besides its content. */
public record ChangeRequest(
    @RestPath String idOrNumber,
    @RestHeader("Idempotency-Key") @Nullable String idempotencyKey,
    @RestHeader("If-Match") @Nullable String ifMatch) {

  /**
   * What the caller wants.
   *
   * @param step the part of the route behind the order, with the method
   * @param content the request as it was understood
   * @param http for the request's id
   * @throws io.ordersystem.platform.problem.DomainException {@code validation-failed} for an
   *     impossible key
   */
  public Wish wish(Caller caller, String step, Object content, ContainerRequestContext http) {
    String key = IdempotentRequests.key(idempotencyKey);
    return new Wish(
        caller, key, idOrNumber, step, content, ifMatch, Cause.ofRequest(key, RequestIds.of(http)));
  }
}
