package io.ordersystem.notifications.webhook;

import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What was posted to an endpoint, and posting it again, over HTTP. */
@Path("/api/notifications/webhook-endpoints/{id}")
@RolesAllowed({Role.SELLER, Role.OPERATOR})
class WebhookDeliveriesResource {
  private static final String DISABLED =
      "illegal-transition: the endpoint is disabled, or the delivery is about to be sent anyway";

  private final Deliveries deliveries;
  private final Callers callers;

  WebhookDeliveriesResource(Deliveries deliveries, Callers callers) {
    this.deliveries = deliveries;
    this.callers = callers;
  }

  /** Posts a ping; the deliveries show what became of it. */
  @POST
  @Path("/ping")
  @APIResponse(
      responseCode = "202",
      content =
          @Content(
              mediaType = "application/json",
              schema = @Schema(implementation = DeliveryView.class)))
  @APIResponse(responseCode = "409", description = DISABLED)
  public Uni<RestResponse<String>> ping(
      @RestPath String id, @RestHeader("Idempotency-Key") @Nullable String idempotencyKey) {
    return deliveries
        .ping(callers.current(), Visible.id(id), IdempotentRequests.key(idempotencyKey))
        .map(StoredAnswers::response);
  }

  /** The log: each delivery with its attempts, kept for 30 days. */
  @GET
  @Path("/deliveries")
  public Uni<Page<DeliveryView>> list(
      @RestPath String id,
      @RestQuery @Nullable @Pattern(regexp = "PENDING|DELIVERED|FAILED") String status,
      @RestQuery @DefaultValue("20") @Min(1) @Max(100) int limit,
      @RestQuery @Nullable String cursor) {
    return deliveries.list(callers.current(), Visible.id(id), status, limit, cursor);
  }

  /** Sends one again. */
  @POST
  @Path("/deliveries/{deliveryId}/redelivery")
  @APIResponse(
      responseCode = "202",
      content =
          @Content(
              mediaType = "application/json",
              schema = @Schema(implementation = DeliveryView.class)))
  @APIResponse(responseCode = "409", description = DISABLED)
  public Uni<RestResponse<String>> redeliver(
      @RestPath String id,
      @RestPath String deliveryId,
      @RestHeader("Idempotency-Key") @Nullable String idempotencyKey) {
    return deliveries
        .redeliver(
            callers.current(),
            Visible.id(id),
            Visible.id(deliveryId),
            IdempotentRequests.key(idempotencyKey))
        .map(StoredAnswers::response);
  }

  /** Sends all again that have failed, of a span of time; at most 10,000 with one call. */
  @POST
  @Path("/recovery")
  @Consumes(MediaType.APPLICATION_JSON)
  @APIResponse(
      responseCode = "202",
      content =
          @Content(
              mediaType = "application/json",
              schema = @Schema(implementation = RecoveryView.class)))
  @APIResponse(responseCode = "409", description = DISABLED)
  public Uni<RestResponse<String>> recover(
      @RestPath String id,
      @RestHeader("Idempotency-Key") @Nullable String idempotencyKey,
      @NotNull @Valid RecoveryRequest request) {
    return deliveries
        .recover(callers.current(), Visible.id(id), IdempotentRequests.key(idempotencyKey), request)
        .map(StoredAnswers::response);
  }
}
