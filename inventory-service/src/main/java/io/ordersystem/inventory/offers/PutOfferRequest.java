package io.ordersystem.inventory.offers;

import io.ordersystem.inventory.stock.Stock;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * An offer as a seller writes it.
 *
 * @param unitPrice minor units of {@code currency}
 * @param onHand the first stock; it becomes a RECEIPT. Ignored when the offer exists, so that a
 *     repeated PUT cannot undo what was sold since
 */
record PutOfferRequest(
    @Nullable @Size(min = 1, max = 64) String sku,
    @NotBlank @Size(max = 255) String name,
    @NotNull @Min(0) @Max(1_000_000_000_000L) Long unitPrice,
    @NotNull @Pattern(regexp = "[A-Z]{3}", message = "must be an ISO 4217 code") String currency,
    @Nullable @Min(0) @Max(1_000_000_000) Integer onHand,
    @Nullable @Min(0) @Max(1_000_000_000) Integer lowStockThreshold) {

  int firstStock() {
    return onHand == null ? 0 : onHand;
  }

  /** The offer with what may be changed at any time; one that was withdrawn is offered again. */
  Stock applied(Stock before) {
    return new Stock(
        before.key(),
        sku,
        name,
        unitPrice,
        currency,
        before.onHand(),
        before.reserved(),
        lowStockThreshold,
        false,
        before.version(),
        before.levelVersion(),
        before.movedAt());
  }
}
