package io.ordersystem.inventory.stock;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.StockLevelChanged;
import io.ordersystem.contracts.inventory.StockState;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An offer and its quantities: {@code 0 <= reserved <= onHand}, always.
 *
 * @param unitPrice minor units of {@code currency}
 * @param version ascends by one with each transaction that changed it
 * @param levelVersion how many events of its level ({@link Change#levelEvent}) there were
 * @param movedAt when {@code onHand} changed last, or later: before that was recorded, when
 *     anything did
 */
public record Stock(
    StockKey key,
    @Nullable String sku,
    String name,
    long unitPrice,
    String currency,
    int onHand,
    int reserved,
    @Nullable Integer lowStockThreshold,
    boolean deleted,
    long version,
    long levelVersion,
    Instant movedAt) {
  public Stock {
    if (reserved < 0 || reserved > onHand) {
      throw new IllegalArgumentException(
          key + ": reserved " + reserved + " of " + onHand + " on hand");
    }
  }

  /** What can still be promised. */
  public int available() {
    return onHand - reserved;
  }

  /** Whether that many can be held now. */
  public boolean canHold(int quantity) {
    return !deleted && available() >= quantity;
  }

  public Stock hold(int quantity) {
    return with(onHand, reserved + quantity);
  }

  public Stock release(int quantity) {
    return with(onHand, reserved - quantity);
  }

  /** Held goods leave the warehouse. */
  public Stock ship(int quantity) {
    return with(onHand - quantity, reserved - quantity);
  }

  /** A movement from outside, signed. */
  public Stock move(int quantity) {
    return with(Math.addExact(onHand, quantity), reserved);
  }

  /** No longer offered. */
  public Stock withdrawn() {
    return copy(onHand, reserved, true, version, levelVersion);
  }

  private Stock with(int newOnHand, int newReserved) {
    return copy(newOnHand, newReserved, deleted, version, levelVersion);
  }

  private Stock versioned(long newVersion, long newLevelVersion) {
    return copy(onHand, reserved, deleted, newVersion, newLevelVersion);
  }

  private Stock copy(
      int newOnHand, int newReserved, boolean newDeleted, long newVersion, long newLevelVersion) {
    return new Stock(
        key,
        sku,
        name,
        unitPrice,
        currency,
        newOnHand,
        newReserved,
        lowStockThreshold,
        newDeleted,
        newVersion,
        newLevelVersion,
        movedAt);
  }

  /** How well stocked an offer is. */
  enum Level {
    /** Nothing can be had. */
    OUT,
    /** No more than the threshold. */
    LOW,
    ENOUGH
  }

  Level level() {
    if (available() == 0) {
      return Level.OUT;
    }
    return lowStockThreshold != null && available() <= lowStockThreshold ? Level.LOW : Level.ENOUGH;
  }

  /**
   * A row before and after one transaction; {@code after} gets its next versions.
   *
   * @param before the row as it was locked
   */
  public record Change(Stock before, Stock after) {
    public Change {
      after =
          after.versioned(
              before.version() + 1,
              before.levelVersion() + (event(before, after).isPresent() ? 1 : 0));
    }

    /** Whether the quantities differ. */
    public boolean isChange() {
      return before.onHand != after.onHand || before.reserved != after.reserved;
    }

    /** Whether {@code onHand} differs, which only movements may do. */
    boolean isMoved() {
      return before.onHand != after.onHand;
    }

    /** The event of the level that was reached, if it tells anybody anything new. */
    public Optional<EventType> levelEvent() {
      return event(before, after);
    }

    /** What the event of the level says. */
    StockLevelChanged level() {
      return new StockLevelChanged(
          after.key.variantId(),
          after.key.sellerId(),
          after.sku,
          after.onHand,
          after.reserved,
          after.available(),
          after.lowStockThreshold);
    }

    private static Optional<EventType> event(Stock before, Stock after) {
      if (before.deleted || after.deleted || before.level() == after.level()) {
        return Optional.empty();
      }
      return switch (after.level()) {
        case OUT -> Optional.of(EventType.STOCK_OUT);
        case LOW, ENOUGH ->
            before.level() == Level.OUT
                ? Optional.of(EventType.STOCK_BACK)
                : after.level() == Level.LOW ? Optional.of(EventType.STOCK_LOW) : Optional.empty();
      };
    }
  }

  /** What others are told. */
  public StockState state() {
    return new StockState(
        key.variantId(),
        key.sellerId(),
        sku,
        name,
        unitPrice,
        currency,
        onHand,
        reserved,
        deleted ? 0 : available(),
        lowStockThreshold,
        deleted);
  }
}
