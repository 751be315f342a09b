package io.ordersystem.orders.lists;

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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** A seller's orders over HTTP: a seller's own, anybody's for those who may see all. */
@Path("/api/sellers/{sellerId}/orders")
class SellerOrdersResource {
  private final SellerOrders sellerOrders;
  private final Callers callers;

  SellerOrdersResource(SellerOrders sellerOrders, Callers callers) {
    this.sellerOrders = sellerOrders;
    this.callers = callers;
  }

  /** What is answered as bytes; for OpenAPI. */
  @Schema(name = "PageSellerOrder")
  record Orders(List<SellerOrders.SellerOrder> items, @Nullable String nextCursor) {}

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @RolesAllowed({Role.SELLER, Role.OPERATOR, Role.SERVICE})
  @APIResponse(
      responseCode = "200",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Orders.class)))
  public Uni<byte[]> list(
      @RestPath String sellerId,
      @RestQuery @Nullable String itemStatus,
      @RestQuery @DefaultValue("20") @Min(1) @Max(100) int limit,
      @RestQuery @Nullable String cursor) {
    Caller caller = callers.current();
    if (!caller.isTrusted() && !sellerId.equals(caller.sellerId())) {
      throw new DomainException(ProblemType.NOT_FOUND, "no such seller");
    }
    return sellerOrders.list(sellerId, itemStatus, limit, cursor).map(Buffer::getBytes);
  }
}
