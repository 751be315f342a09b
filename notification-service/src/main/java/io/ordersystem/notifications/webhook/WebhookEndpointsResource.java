package io.ordersystem.notifications.webhook;

import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.ChangeHeaders;
import io.ordersystem.platform.web.EntityTags;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Webhook endpoints over HTTP: a seller's own, and all for operators. */
@Path("/api/notifications/webhook-endpoints")
@RolesAllowed({Role.SELLER, Role.OPERATOR})
class WebhookEndpointsResource {
  private final ManageEndpoints endpoints;
  private final Callers callers;

  WebhookEndpointsResource(ManageEndpoints endpoints, Callers callers) {
    this.endpoints = endpoints;
    this.callers = callers;
  }

  /** Makes an endpoint. Its secret is in this answer, and never shown again. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @APIResponse(
      responseCode = "201",
      content =
          @Content(
              mediaType = "application/json",
              schema = @Schema(implementation = EndpointView.class)))
  @APIResponse(responseCode = "409", description = "illegal-transition: the owner has the most")
  @APIResponse(
      responseCode = "422",
      description = "validation-failed: also an address that is not public")
  public Uni<RestResponse<String>> create(
      @RestHeader("Idempotency-Key") @Nullable String idempotencyKey,
      @NotNull @Valid EndpointRequest request) {
    return endpoints
        .create(callers.current(), IdempotentRequests.key(idempotencyKey), request)
        .map(StoredAnswers::response);
  }

  @GET
  public Uni<Page<EndpointView>> list(
      @RestQuery @DefaultValue("20") @Min(1) @Max(100) int limit,
      @RestQuery @Nullable String cursor) {
    return endpoints.list(callers.current(), limit, cursor);
  }

  @GET
  @Path("/{id}")
  public Uni<RestResponse<EndpointView>> get(@RestPath String id) {
    // Always whole: its failures change without its version.
    return endpoints
        .get(callers.current(), Visible.id(id))
        .map(view -> EntityTags.ok(view, view.version(), null));
  }

  /** Changes what is given. */
  @PATCH
  @Path("/{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @APIResponse(responseCode = "412", description = "version-mismatch")
  @APIResponse(
      responseCode = "200",
      content =
          @Content(
              mediaType = "application/json",
              schema = @Schema(implementation = EndpointView.class)))
  public Uni<RestResponse<EndpointView>> change(
      @RestPath String id,
      @RestHeader("If-Match") @Nullable String ifMatch,
      @NotNull @Valid EndpointPatch patch) {
    return endpoints
        .patch(callers.current(), Visible.id(id), ifMatch, patch)
        .map(view -> EntityTags.ok(view, view.version(), null));
  }

  /** Deletes it with its secret. What waits for it is not sent. */
  @DELETE
  @Path("/{id}")
  @APIResponse(responseCode = "204", description = "It is gone")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public Uni<Void> delete(@RestPath String id, @RestHeader("If-Match") @Nullable String ifMatch) {
    return endpoints.delete(callers.current(), Visible.id(id), ifMatch);
  }

  /** Makes a new secret, which only this answer shows; the present one signs too for a while. */
  @POST
  @Path("/{id}/secret-rotation")
  @Consumes(MediaType.APPLICATION_JSON)
  @APIResponse(
      responseCode = "200",
      content =
          @Content(
              mediaType = "application/json",
              schema = @Schema(implementation = EndpointView.class)))
  @APIResponse(responseCode = "409", description = "illegal-transition: a rotation overlaps")
  @APIResponse(responseCode = "412", description = "version-mismatch")
  public Uni<RestResponse<String>> rotate(
      @RestPath String id,
      @BeanParam ChangeHeaders headers,
      @Valid @Nullable RotationRequest request) {
    Integer overlap = request == null ? null : request.overlapSeconds();
    return endpoints
        .rotate(
            callers.current(),
            Visible.id(id),
            headers.key(),
            headers.ifMatch(),
            overlap == null ? null : Duration.ofSeconds(overlap))
        .map(StoredAnswers::response);
  }
}
