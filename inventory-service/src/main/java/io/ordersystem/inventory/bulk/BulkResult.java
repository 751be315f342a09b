package io.ordersystem.inventory.bulk;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ordersystem.inventory.stock.Stock;
import org.jspecify.annotations.Nullable;

/**
 * What became of one row.
 *
 * @param outcome {@code APPLIED}, {@code UNCHANGED} or {@code REFUSED}
 * @param code why it was refused: {@code not-found}, {@code stale}, {@code compare-failed}, {@code
 *     insufficient-stock} or {@code validation-failed}
 * @param onHand as it is now, like the others; absent when there is no such offer
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record BulkResult(
    String variantId,
    String sellerId,
    Outcome outcome,
    @Nullable String code,
    @Nullable String detail,
    @Nullable Integer onHand,
    @Nullable Integer reserved,
    @Nullable Integer available) {

  enum Outcome {
    APPLIED,
    UNCHANGED,
    REFUSED
  }

  static BulkResult done(BulkRow row, Outcome outcome, Stock now) {
    return new BulkResult(
        row.variantId(),
        row.sellerId(),
        outcome,
        null,
        null,
        now.onHand(),
        now.reserved(),
        now.available());
  }

  static BulkResult refused(BulkRow row, String code, String detail, @Nullable Stock now) {
    return new BulkResult(
        row.variantId(),
        row.sellerId(),
        Outcome.REFUSED,
        code,
        detail,
        now == null ? null : now.onHand(),
        now == null ? null : now.reserved(),
        now == null ? null : now.available());
  }
}
