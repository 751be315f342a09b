package io.ordersystem.inventory.reservation;

import io.ordersystem.inventory.stock.StockKey;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What callers of the REST door send. */
final class ReservationRequests {
  /** What a key or a reference may look like. */
  static final String KEY = "[A-Za-z0-9._:-]{1,64}";

  private static final long DAY = 86_400;

  private ReservationRequests() {}

  /** Some units of an offer. */
  record WantedItem(
      @NotNull @Pattern(regexp = StockKey.ID) String variantId,
      @NotNull @Pattern(regexp = StockKey.ID) String sellerId,
      @NotNull @Min(1) @Max(1_000_000) Integer quantity) {
    StockKey stock() {
      return new StockKey(variantId, sellerId);
    }

    /** Under a caller's key an offer is held by one line; neither sign occurs in a key or an id. */
    String lineKey(String reservationKey) {
      return reservationKey + "/" + stock().messageKey();
    }
  }

  /**
   * Hold these, all or none.
   *
   * @param reservationKey the caller's name for it; made when absent
   * @param ttlSeconds how long; as configured when absent
   */
  record Hold(
      @Nullable @Pattern(regexp = KEY) String reservationKey,
      @Nullable @Min(1) @Max(DAY) Long ttlSeconds,
      @NotEmpty @Size(max = 100) List<@Valid @NotNull WantedItem> items) {

    /** One line for each offer: equal ones are added up. */
    ReservationCommand.Reserve command(String key, Duration life) {
      Map<String, ReservationCommand.Wanted> lines = new LinkedHashMap<>();
      for (WantedItem item : items) {
        lines.merge(
            item.lineKey(key),
            new ReservationCommand.Wanted(item.lineKey(key), item.stock(), item.quantity()),
            (a, b) ->
                new ReservationCommand.Wanted(
                    a.lineKey(), a.stock(), Math.addExact(a.quantity(), b.quantity())));
      }
      return new ReservationCommand.Reserve(key, List.copyOf(lines.values()), life);
    }
  }

  /** Hold for that long from now. */
  record Extension(@NotNull @Min(1) @Max(DAY) Long ttlSeconds) {}

  /**
   * Goods leave the warehouse.
   *
   * @param items absent for everything that is still held
   * @param reference what they leave with, for the movements' record; a repeat of it has no second
   *     effect
   */
  record Commitment(
      @Nullable @Size(min = 1, max = 100) List<@Valid @NotNull WantedItem> items,
      @Nullable @Pattern(regexp = KEY) String reference) {

    ReservationCommand.Commit command(String key, String otherwise) {
      return new ReservationCommand.Commit(
          key,
          reference == null ? otherwise : reference,
          items == null
              ? null
              : items.stream()
                  .map(item -> new ReservationCommand.Part(item.lineKey(key), item.quantity()))
                  .toList());
    }
  }
}
