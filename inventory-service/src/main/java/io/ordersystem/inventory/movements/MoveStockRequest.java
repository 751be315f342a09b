package io.ordersystem.inventory.movements;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * Goods that came or went other than by an order.
 *
 * @param quantity positive; only an ADJUSTMENT may be negative. A DAMAGE of 3 takes 3 away
 */
record MoveStockRequest(
    @NotNull Type type,
    @NotNull @Min(-1_000_000_000) @Max(1_000_000_000) Integer quantity,
    @NotBlank @Size(max = 255) String reason,
    @Nullable @Size(min = 1, max = 255) String reference) {

  /** What may be reported; shipments come from orders alone. */
  enum Type {
    RECEIPT,
    ADJUSTMENT,
    RETURN,
    DAMAGE
  }

  boolean hasValidSign() {
    return type == Type.ADJUSTMENT ? quantity != 0 : quantity > 0;
  }

  int signed() {
    return type == Type.DAMAGE ? -quantity : quantity;
  }
}
