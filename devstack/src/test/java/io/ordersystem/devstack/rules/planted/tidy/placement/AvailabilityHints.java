package io.ordersystem.devstack.rules.planted.tidy.placement;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** A client has paths of another service: it is no resource. */
@Path("/inventory")
@RegisterRestClient
interface AvailabilityHints {
  @GET
  Uni<String> ask();
}
