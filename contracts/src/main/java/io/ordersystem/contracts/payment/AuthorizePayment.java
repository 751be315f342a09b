package io.ordersystem.contracts.payment;

import java.util.List;
import java.util.UUID;

/**
 * Command: authorise the whole amount of a root order at the provider. One payment per order;
 * repeating the command has no second effect.
 *
 * @param amount minor units, greater than 0; the sum of {@code shares}
 * @param paymentMethod the provider's token, never a card number
 */
public record AuthorizePayment(
    UUID paymentId,
    UUID orderId,
    String customerId,
    long amount,
    String currency,
    String paymentMethod,
    List<Share> shares) {

  /** The part that belongs to one child order (the order itself when it is not split). */
  public record Share(UUID orderId, String sellerId, long amount) {}
}
