package io.ordersystem.inventory.bulk;

import io.ordersystem.inventory.bulk.BulkResult.Outcome;
import io.ordersystem.inventory.stock.Movement;
import io.ordersystem.inventory.stock.Stock;
import io.ordersystem.inventory.stock.StockKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/** Applies rows in their order to stock that is locked; a refused one leaves nothing behind. */
final class BulkWrite {
  private final Map<StockKey, Stock> before;
  private final Map<StockKey, Stock> stock;
  private final Set<StockKey> movedNow = new HashSet<>();
  private final List<Movement> movements = new ArrayList<>();
  private final Supplier<UUID> ids;
  private final String actor;

  BulkWrite(Map<StockKey, Stock> stock, Supplier<UUID> ids, String actor) {
    this.before = Map.copyOf(stock);
    this.stock = new TreeMap<>(stock);
    this.ids = ids;
    this.actor = actor;
  }

  BulkResult apply(BulkRow row) {
    Stock now = stock.get(row.key());
    if (now == null || now.deleted()) {
      return BulkResult.refused(row, "not-found", "there is no such offer", null);
    }
    if (row.compareOnHand() != null && row.compareOnHand() != now.onHand()) {
      return BulkResult.refused(
          row, "compare-failed", "on hand are " + now.onHand() + ", not as expected", now);
    }
    if (row.asOf() != null && isOlderThanStock(row.asOf(), now)) {
      return BulkResult.refused(row, "stale", "goods have moved after asOf", now);
    }
    long delta = row.delta() != null ? row.delta() : (long) onHand(row) - now.onHand();
    if (now.onHand() + delta < now.reserved()) {
      return BulkResult.refused(
          row,
          "insufficient-stock",
          "of " + now.onHand() + " on hand " + now.reserved() + " are reserved",
          now);
    }
    if (now.onHand() + delta > Integer.MAX_VALUE) {
      return BulkResult.refused(
          row, "validation-failed", "more than " + Integer.MAX_VALUE + " cannot be stored", now);
    }
    return delta == 0 ? BulkResult.done(row, Outcome.UNCHANGED, now) : move(row, now, (int) delta);
  }

  private static int onHand(BulkRow row) {
    return Objects.requireNonNull(row.onHand(), "neither onHand nor delta");
  }

  private boolean isOlderThanStock(Instant asOf, Stock now) {
    return movedNow.contains(now.key()) || now.movedAt().isAfter(asOf);
  }

  private BulkResult move(BulkRow row, Stock now, int delta) {
    Stock after = now.move(delta);
    stock.put(row.key(), after);
    movedNow.add(row.key());
    movements.add(
        new Movement(
            ids.get(),
            row.key(),
            Movement.Type.ADJUSTMENT,
            delta,
            row.reason() == null ? "bulk write" : row.reason(),
            row.reference(),
            actor));
    return BulkResult.done(row, Outcome.APPLIED, after);
  }

  List<Stock.Change> changes() {
    return stock.values().stream()
        .map(after -> new Stock.Change(Objects.requireNonNull(before.get(after.key())), after))
        .filter(Stock.Change::isChange)
        .toList();
  }

  /** What happened to rows that add up to no change as well. */
  List<Movement> movements() {
    return movements;
  }
}
