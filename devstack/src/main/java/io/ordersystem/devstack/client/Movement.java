package io.ordersystem.devstack.client;

import org.jspecify.annotations.Nullable;

/**
 * A change of stock to be booked: {@code RECEIPT}, {@code ADJUSTMENT}, {@code RETURN}, {@code
 * DAMAGE}.
 */
public record Movement(String type, int quantity, String reason, @Nullable String reference) {

  /** Goods that came in. */
  public static Movement receipt(int quantity, String reason) {
    return new Movement("RECEIPT", quantity, reason, null);
  }
}
