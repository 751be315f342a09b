package io.ordersystem.inventory.stock;

import io.ordersystem.contracts.inventory.StockState;
import org.jspecify.annotations.Nullable;

/**
 * An offer and its quantities: {@code 0 <= reserved <= onHand}, always.
 *
 * @param unitPrice minor units of {@code currency}
 * @param version ascends by one with each transaction that changed it
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
    long version) {
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

  public Stock withVersion(long next) {
    return new Stock(
        key, sku, name, unitPrice, currency, onHand, reserved, lowStockThreshold, deleted, next);
  }

  private Stock with(int newOnHand, int newReserved) {
    return new Stock(
        key,
        sku,
        name,
        unitPrice,
        currency,
        newOnHand,
        newReserved,
        lowStockThreshold,
        deleted,
        version);
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
