package io.ordersystem.inventory.bulk;

import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.security.Callers;
import io.ordersystem.platform.security.Role;
import io.ordersystem.platform.web.RequestIds;
import io.ordersystem.platform.web.StoredAnswers;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Many quantities over HTTP. */
@Path("/api/inventory/bulk")
class BulkResource {
  private final WriteStock writeStock;
  private final Callers callers;

  BulkResource(WriteStock writeStock, Callers callers) {
    this.writeStock = writeStock;
    this.callers = callers;
  }

  /** One result for each row, in their order. */
  record BulkAnswer(List<BulkResult> results) {}

  @POST
  @RolesAllowed({Role.SELLER, Role.OPERATOR})
  @APIResponseSchema(value = BulkAnswer.class, responseCode = "200")
  public Uni<RestResponse<String>> write(
      @RestHeader("Idempotency-Key") @Nullable String idempotencyKey,
      @NotEmpty @Size(max = 1_000) List<@Valid @NotNull BulkRow> rows,
      @Context ContainerRequestContext http) {
    String key = IdempotentRequests.key(idempotencyKey);
    return writeStock
        .write(callers.current(), key, rows, Cause.ofRequest(key, RequestIds.of(http)))
        .map(StoredAnswers::response);
  }
}
