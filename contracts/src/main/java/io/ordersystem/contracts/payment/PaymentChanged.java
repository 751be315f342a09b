package io.ordersystem.contracts.payment;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A payment after one transaction changed it.
 *
 * @param status {@code REQUESTED}, {@code UNKNOWN}, {@code REQUIRES_ACTION}, {@code AUTHORIZED},
 *     {@code PARTIALLY_CAPTURED}, {@code CAPTURED}, {@code PARTIALLY_REFUNDED}, {@code REFUNDED},
 *     {@code DECLINED} or {@code VOIDED}
 * @param authorizedAmount what was held once; of it {@code capturedAmount} was taken, {@code
 *     releasedAmount} will never be taken, and of what was taken {@code refundedAmount} was given
 *     back
 * @param declineCode the provider's reason, only when declined
 * @param nextAction what the customer has to do, only when {@code REQUIRES_ACTION}
 * @param operation the capture, release or refund that this is the end of
 * @param paymentIntentId the provider's name of the payment, once it has one
 * @param advancedAmount taken ahead of the parcels and not used by one yet, or given back; absent:
 *     0
 * @param returnedAmount of what was taken ahead, given back because no parcel will use it; absent:
 *     0
 * @param disputedAmount withdrawn by the provider because the card holder contests it; absent: 0
 */
public record PaymentChanged(
    UUID paymentId,
    UUID orderId,
    String status,
    String currency,
    long amount,
    long authorizedAmount,
    @Nullable String declineCode,
    @Nullable NextAction nextAction,
    long capturedAmount,
    long releasedAmount,
    long refundedAmount,
    @Nullable Operation operation,
    @Nullable String paymentIntentId,
    @Nullable Long advancedAmount,
    @Nullable Long returnedAmount,
    @Nullable Long disputedAmount) {

  /**
   * What one command came to.
   *
   * @param kind {@code CAPTURE}, {@code RELEASE} or {@code REFUND}
   * @param orderId the child order whose money it is
   * @param status {@code SUCCEEDED} or {@code FAILED}
   * @param failureCode only when failed
   */
  public record Operation(
      UUID operationId,
      String kind,
      UUID orderId,
      long amount,
      String status,
      @Nullable String failureCode) {}

  /** A page to open ({@code url}), or a secret for the provider's front-end library. */
  public record NextAction(String type, @Nullable String url, @Nullable String clientSecret) {}
}
