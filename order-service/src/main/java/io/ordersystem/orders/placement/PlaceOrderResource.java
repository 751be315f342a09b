package io.ordersystem.orders.placement;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.orders.order.OrderDetails;
import io.ordersystem.orders.order.OrderView;
import io.ordersystem.orders.order.OrderWaiters;
import io.ordersystem.orders.order.WaitPreference;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.idempotency.StoredAnswer;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.EntityTags;
import io.ordersystem.platform.web.RequestIds;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Orders in over HTTP. */
@Path("/api/orders")
class PlaceOrderResource {
  private static final String LOCATION = "/api/orders/";

  private final PlaceOrder placeOrder;
  private final OrderDetails details;
  private final OrderWaiters waiters;
  private final Callers callers;
  private final ObjectMapper json;

  PlaceOrderResource(
      PlaceOrder placeOrder,
      OrderDetails details,
      OrderWaiters waiters,
      Callers callers,
      ObjectMapper json) {
    this.placeOrder = placeOrder;
    this.details = details;
    this.waiters = waiters;
    this.callers = callers;
    this.json = json;
  }

  @POST
  @RolesAllowed({Role.CUSTOMER, Role.OPERATOR, Role.SERVICE})
  @APIResponseSchema(value = OrderView.class, responseCode = "201")
  @APIResponse(responseCode = "409", description = "price-changed, insufficient-stock")
  @APIResponse(
      responseCode = "422",
      description =
          "validation-failed, unknown-variant, seller-required, currency-mismatch, price-not-allowed, idempotency-key-reused")
  public Uni<RestResponse<String>> place(
      @RestHeader("Idempotency-Key") @Nullable String idempotencyKey,
      @RestHeader("Prefer") @Nullable String prefer,
      @NotNull @Valid PlaceOrderRequest request,
      @Context ContainerRequestContext http) {
    Caller caller = callers.current();
    String key = IdempotentRequests.key(idempotencyKey);
    return placeOrder
        .place(caller, key, request, Cause.ofRequest(key, RequestIds.of(http)))
        .chain(answer ->
            WaitPreference.of(prefer)
                .filter(any -> waiters.hasRoom())
                .map(time -> settled(caller, answer, time))
                .orElseGet(() -> Uni.createFrom().item(StoredAnswers.response(answer))));
  }

  /** The same answer with the order as it is once it has settled. */
  private Uni<RestResponse<String>> settled(Caller caller, StoredAnswer answer, Duration time) {
    String id = String.valueOf(answer.location()).substring(LOCATION.length());
    return waiters
        .await(UUID.fromString(id), time)
        .chain(() -> details.getLatest(caller, id))
        .map(order -> StoredAnswers.response(current(answer, order)))
        .invoke(response ->
            response.getHeaders().putSingle("Preference-Applied", "wait=" + time.toSeconds()));
  }

  private StoredAnswer current(StoredAnswer answer, OrderView order) {
    try {
      return new StoredAnswer(
          answer.status(),
          answer.location(),
          EntityTags.of(order.version()),
          json.writeValueAsString(order),
          answer.replayed());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an order is always writable", e);
    }
  }
}
