package io.ordersystem.platform.web;

import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request that changes something once, and only if it is as the caller knows it.
 */
public record ChangeHeaders(
    @RestHeader("Idempotency-Key") @Nullable String idempotencyKey,
    @RestHeader("If-Match") @Nullable String ifMatch) {

  /**
   * The {@code Idempotency-Key} without quotes.
   *
   * @throws io.ordersystem.platform.problem.DomainException {@code validation-failed} when it is
   *     empty or too long
   */
  public @Nullable String key() {
    return IdempotentRequests.key(idempotencyKey);
  }

  /** The request as the cause of what it changes. */
  public Cause cause(ContainerRequestContext http) {
    return Cause.ofRequest(key(), RequestIds.of(http));
  }
}
