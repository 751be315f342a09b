package io.ordersystem.inventory.bulk;

import io.ordersystem.inventory.stock.StockKey;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One offer's new quantity: exactly one of {@code onHand} and {@code delta}.
 *
 * @param onHand what was counted
 * @param delta signed, added to what is on hand
 * @param compareOnHand what must be on hand before; absent for anything
 * @param asOf when it was counted; a row is refused when goods have moved since
 * @param reason for the movement's record
 * @param reference what it belongs to elsewhere
 */
record BulkRow(
    @NotNull @Pattern(regexp = StockKey.ID) String variantId,
    @NotNull @Pattern(regexp = StockKey.ID) String sellerId,
    @Nullable @Min(0) @Max(1_000_000_000) Integer onHand,
    @Nullable @Min(-1_000_000_000) @Max(1_000_000_000) Integer delta,
    @Nullable @Min(0) Integer compareOnHand,
    @Nullable Instant asOf,
    @Nullable @Size(min = 1, max = 255) String reason,
    @Nullable @Size(min = 1, max = 255) String reference) {

  StockKey key() {
    return new StockKey(variantId, sellerId);
  }

  boolean isOneOf() {
    return (onHand == null) != (delta == null);
  }
}
