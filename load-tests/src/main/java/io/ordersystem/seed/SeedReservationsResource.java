package io.ordersystem.seed;

import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.security.Role;
import io.ordersystem.seed.SeedReservations.Hold;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/** The door of inventory-service for what the benchmark asks: one item per reservation. */
@Path("/api/inventory/reservations")
@RolesAllowed({Role.SERVICE, Role.OPERATOR})
class SeedReservationsResource {
  private static final String ID = "[A-Za-z0-9._:-]{1,64}";

  private final SeedReservations reservations;
  private final Ids ids;
  private final Clock clock;

  SeedReservationsResource(SeedReservations reservations, Ids ids, Clock clock) {
    this.reservations = reservations;
    this.ids = ids;
    this.clock = clock;
  }

  record Request(
      @NotNull @Min(1) @Max(86_400) Long ttlSeconds,
      @NotNull @Size(min = 1, max = 1) List<@Valid @NotNull Item> items) {}

  record Item(
      @NotNull @Pattern(regexp = ID) String variantId,
      @NotNull @Pattern(regexp = ID) String sellerId,
      @NotNull @Min(1) Integer quantity) {}

  /** As much as inventory-service answers. */
  record View(
      String reservationKey,
      String status,
      long version,
      List<Item> items,
      Instant createdAt,
      Instant expiresAt) {}

  @POST
  public Uni<RestResponse<View>> hold(@NotNull @Valid Request request) {
    Instant now = clock.instant();
    Item item = request.items().getFirst();
    var hold =
        new Hold(
            ids.next().toString(),
            item.variantId(),
            item.sellerId(),
            item.quantity(),
            now.plusSeconds(request.ttlSeconds()));
    return reservations
        .hold(hold)
        .map(held ->
            RestResponse.ResponseBuilder.<View>create(201)
                .entity(new View(held.key(), "ACTIVE", 1, request.items(), now, held.expiresAt()))
                .header("Location", "/api/inventory/reservations/" + held.key())
                .header("ETag", "\"1\"")
                .build());
  }
}
