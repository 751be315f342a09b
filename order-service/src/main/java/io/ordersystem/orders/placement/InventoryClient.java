package io.ordersystem.orders.placement;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.eclipse.microprofile.faulttolerance.Timeout;
import org.eclipse.microprofile.rest.client.annotation.ClientHeaderParam;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jboss.resteasy.reactive.RestPath;

/** The one synchronous question between services: who offers this variant right now? */
@RegisterRestClient(configKey = "inventory")
@Path("/api/inventory")
interface InventoryClient {

  /** It confirms what is about to be refused: from the primary. */
  @GET
  @ClientHeaderParam(name = "Cache-Control", value = "no-cache")
  @Timeout(1_500)
  @CircuitBreaker(requestVolumeThreshold = 10, failureRatio = 0.5, delay = 2_000)
  @Path("/{variantId}")
  Uni<Offers> offers(
      @RestPath String variantId, @HeaderParam("Authorization") String authorization);

  /** The part of the answer that we read. */
  record Offers(List<Offer> items) {}
}
