package io.ordersystem.inventory.movements;

import io.ordersystem.inventory.stock.OfferAccess;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.RequestIds;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Movements over HTTP: goods that came or went other than by an order, and the whole history. */
@Path("/api/inventory/{variantId}/sellers/{sellerId}/movements")
class MovementsResource {
  private final MoveStock moveStock;
  private final Movements movements;
  private final Callers callers;

  MovementsResource(MoveStock moveStock, Movements movements, Callers callers) {
    this.moveStock = moveStock;
    this.movements = movements;
    this.callers = callers;
  }

  @POST
  @RolesAllowed({Role.SELLER, Role.OPERATOR})
  @APIResponseSchema(value = MovementView.class, responseCode = "201")
  @APIResponse(responseCode = "409", description = "insufficient-stock: below what is reserved")
  public Uni<RestResponse<String>> move(
      @RestPath String variantId,
      @RestPath String sellerId,
      @RestHeader("Idempotency-Key") @Nullable String idempotencyKey,
      @NotNull @Valid MoveStockRequest request,
      @Context ContainerRequestContext http) {
    var caller = callers.current();
    String key = IdempotentRequests.key(idempotencyKey);
    return moveStock
        .move(
            caller,
            key,
            OfferAccess.writable(caller, variantId, sellerId),
            request,
            Cause.ofRequest(key, RequestIds.of(http)))
        .map(StoredAnswers::response);
  }

  @GET
  @RolesAllowed({Role.SELLER, Role.OPERATOR})
  public Uni<Page<MovementView>> list(
      @RestPath String variantId,
      @RestPath String sellerId,
      @RestQuery @DefaultValue("20") @Min(1) @Max(100) int limit,
      @RestQuery @Nullable String cursor) {
    return movements.list(
        OfferAccess.writable(callers.current(), variantId, sellerId), limit, cursor);
  }
}
