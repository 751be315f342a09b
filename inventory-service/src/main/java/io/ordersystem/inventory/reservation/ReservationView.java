package io.ordersystem.inventory.reservation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ordersystem.inventory.reservation.Reservation.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reservation as callers see it.
 *
 * @param expiresAt when it ends by itself; absent for an order's
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReservationView(
    String reservationKey,
    Status status,
    long version,
    List<HeldItem> items,
    Instant createdAt,
    @Nullable Instant expiresAt) {

  /** A held offer; {@code committedQuantity} of it has left the warehouse. */
  record HeldItem(
      String variantId, String sellerId, int quantity, int committedQuantity, Status status) {}

  static ReservationView of(Reservation reservation) {
    return new ReservationView(
        reservation.key(),
        reservation.status(),
        reservation.version(),
        reservation.lines().stream()
            .map(line ->
                new HeldItem(
                    line.stock().variantId(),
                    line.stock().sellerId(),
                    line.quantity(),
                    line.committedQuantity(),
                    line.status()))
            .toList(),
        reservation.createdAt(),
        reservation.expiresAt());
  }
}
