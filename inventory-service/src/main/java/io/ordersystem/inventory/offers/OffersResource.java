package io.ordersystem.inventory.offers;

import io.ordersystem.inventory.stock.OfferAccess;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.EntityTags;
import io.ordersystem.platform.web.RequestIds;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** Offers over HTTP: sellers write their own, everybody reads. */
@Path("/api/inventory")
class OffersResource {
  private final PutOffer putOffer;
  private final WithdrawOffer withdrawOffer;
  private final Offers offers;
  private final Callers callers;

  OffersResource(PutOffer putOffer, WithdrawOffer withdrawOffer, Offers offers, Callers callers) {
    this.putOffer = putOffer;
    this.withdrawOffer = withdrawOffer;
    this.offers = offers;
    this.callers = callers;
  }

  @PUT
  @Path("/{variantId}/sellers/{sellerId}")
  @RolesAllowed({Role.SELLER, Role.OPERATOR})
  public Uni<RestResponse<OfferView>> put(
      @RestPath String variantId,
      @RestPath String sellerId,
      @RestHeader("If-Match") @Nullable String ifMatch,
      @NotNull @Valid PutOfferRequest request,
      @Context ContainerRequestContext http) {
    StockKey key = OfferAccess.writable(callers.current(), variantId, sellerId);
    return putOffer
        .put(callers.current(), key, request, ifMatch, Cause.ofRequest(null, RequestIds.of(http)))
        .map(OffersResource::answer);
  }

  @DELETE
  @Path("/{variantId}/sellers/{sellerId}")
  @RolesAllowed({Role.SELLER, Role.OPERATOR})
  @APIResponse(responseCode = "204", description = "Withdrawn")
  @APIResponse(responseCode = "409", description = "stock-reserved: reservations are active")
  public Uni<Void> withdraw(
      @RestPath String variantId,
      @RestPath String sellerId,
      @RestHeader("If-Match") @Nullable String ifMatch,
      @Context ContainerRequestContext http) {
    StockKey key = OfferAccess.writable(callers.current(), variantId, sellerId);
    return withdrawOffer.withdraw(key, ifMatch, Cause.ofRequest(null, RequestIds.of(http)));
  }

  @GET
  @Path("/{variantId}/sellers/{sellerId}")
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  public Uni<RestResponse<OfferView>> one(
      @RestPath String variantId,
      @RestPath String sellerId,
      @RestHeader("If-None-Match") @Nullable String ifNoneMatch) {
    return offers
        .get(OfferAccess.readable(variantId, sellerId))
        .map(offer -> EntityTags.ok(offer, offer.version(), ifNoneMatch));
  }

  @GET
  @Path("/{variantId}")
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  public Uni<Page<OfferView>> ofVariant(@RestPath String variantId) {
    return offers.ofVariant(variantId);
  }

  @GET
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  public Uni<Page<OfferView>> list(
      @RestQuery @Nullable @Pattern(regexp = StockKey.ID) String sellerId,
      @RestQuery @DefaultValue("false") boolean lowStock,
      @RestQuery @Nullable @Size(min = 1, max = 64) @Pattern(regexp = "[^\\x00]*") String search,
      @RestQuery @DefaultValue("20") @Min(1) @Max(100) int limit,
      @RestQuery @Nullable String cursor) {
    return offers.list(new Offers.Wanted(sellerId, lowStock, search), limit, cursor);
  }

  private static RestResponse<OfferView> answer(PutOffer.Put put) {
    OfferView offer = put.offer();
    var answer =
        ResponseBuilder.create(
                put.created() ? RestResponse.Status.CREATED : RestResponse.Status.OK, offer)
            .header("ETag", EntityTags.of(offer.version()));
    if (put.created()) {
      // As text: a URI would be made absolute with our own address, which callers cannot reach.
      answer.header(
          "Location", "/api/inventory/" + offer.variantId() + "/sellers/" + offer.sellerId());
    }
    return answer.build();
  }
}
