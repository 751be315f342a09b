package io.ordersystem.payments.payment;

import io.ordersystem.contracts.payment.PaymentChanged;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One capture or refund that the provider is asked for, or a release that is only noted. Asked for
 * by order-service under an id of its own, so that it happens once.
 *
 * @param id the shipment's, cancellation's or refund's
 * @param orderId the child order whose share it is
 * @param amount minor units, greater than 0
 * @param round how often it was asked for anew after it had failed, from 1: part of the key that
 *     the provider knows the call by, because it would only repeat its first answer
 * @param reference the provider's name of it; of an open one what it is to be asked for by
 * @param failureCode why it failed
 */
public record Operation(
    UUID id,
    UUID paymentId,
    UUID orderId,
    Kind kind,
    long amount,
    Status status,
    int round,
    @Nullable String reason,
    @Nullable String reference,
    @Nullable String failureCode) {

  public enum Kind {
    CAPTURE,
    RELEASE,
    REFUND
  }

  /** {@code OPEN} until the provider has answered for good. */
  public enum Status {
    OPEN,
    SUCCEEDED,
    FAILED
  }

  static Operation asked(
      UUID id, Payment payment, UUID orderId, Kind kind, long amount, @Nullable String reason) {
    return new Operation(
        id, payment.id(), orderId, kind, amount, Status.OPEN, 1, reason, null, null);
  }

  Operation succeeded(@Nullable String providerReference) {
    return new Operation(
        id,
        paymentId,
        orderId,
        kind,
        amount,
        Status.SUCCEEDED,
        round,
        reason,
        providerReference,
        null);
  }

  /** Taken by the provider, and not done yet. */
  public Operation pending(String providerReference) {
    return new Operation(
        id, paymentId, orderId, kind, amount, Status.OPEN, round, reason, providerReference, null);
  }

  Operation failed(String code) {
    return new Operation(
        id, paymentId, orderId, kind, amount, Status.FAILED, round, reason, null, code);
  }

  Operation again() {
    return new Operation(
        id, paymentId, orderId, kind, amount, Status.OPEN, round + 1, reason, null, null);
  }

  PaymentChanged.Operation event() {
    return new PaymentChanged.Operation(
        id, kind.name(), orderId, amount, status.name(), failureCode);
  }
}
