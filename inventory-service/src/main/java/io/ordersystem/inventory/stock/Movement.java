package io.ordersystem.inventory.stock;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why {@code onHand} changed.
 *
 * @param quantity signed, never 0
 * @param reference what it belongs to elsewhere: a shipment, a delivery note
 * @param actor the caller's subject, or the service itself
 */
public record Movement(
    UUID id,
    StockKey key,
    Type type,
    int quantity,
    @Nullable String reason,
    @Nullable String reference,
    String actor) {

  /** What a movement may be; the sign follows from it, except for an adjustment. */
  public enum Type {
    RECEIPT,
    ADJUSTMENT,
    RETURN,
    DAMAGE,
    SHIPMENT
  }
}
