package io.ordersystem.inventory.availability;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.platform.reads.ConsistencyInOpenApi;
import io.ordersystem.platform.security.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.jspecify.annotations.Nullable;

/**
 * The inventory check over HTTP: a hint, not a hold. {@code Cache-Control: no-cache} and a {@code
 * Consistency-Token} ask the database.
 */
@Path("/api/inventory/availability")
class AvailabilityResource {
  private final Availability availability;

  AvailabilityResource(Availability availability) {
    this.availability = availability;
  }

  record Request(@NotEmpty @Size(max = 1_000) List<@Valid @NotNull Item> items) {}

  record Item(
      @NotNull @Pattern(regexp = StockKey.ID) String variantId,
      @Nullable @Pattern(regexp = StockKey.ID) String sellerId,
      @Min(1) @Max(1_000_000_000) int quantity) {}

  record Answer(List<AnsweredItem> items) {}

  /** One asked item, in the order of the request; without a seller the best-stocked one counts. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record AnsweredItem(
      String variantId,
      @Nullable String sellerId,
      int quantity,
      int availableQuantity,
      boolean hasStock) {}

  @POST
  @Operation(
      extensions =
          @Extension(name = ConsistencyInOpenApi.QUESTION, value = ConsistencyInOpenApi.CACHED))
  @RolesAllowed({Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.SERVICE})
  public Uni<Answer> check(@NotNull @Valid Request request) {
    return availability.check(request.items()).map(Answer::new);
  }
}
