package io.ordersystem.payments.payment;

import io.ordersystem.contracts.payment.PaymentChanged.NextAction;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A payment as callers see it. Amounts in minor units of {@code currency}.
 *
 * @param refundingAmount on its way back, and no part of {@code refundedAmount} yet
 * @param advancedAmount taken ahead of the parcels, and not used by one or given back yet
 * @param returnedAmount of what was taken ahead, given back because no parcel will use it
 * @param disputedAmount withdrawn by the provider because the card holder contests it
 * @param capture {@code at-shipment} or {@code at-confirmation}
 */
public record PaymentView(
    UUID id,
    UUID orderId,
    String status,
    String currency,
    long amount,
    long authorizedAmount,
    long capturedAmount,
    long releasedAmount,
    long refundedAmount,
    long refundingAmount,
    long advancedAmount,
    long returnedAmount,
    long disputedAmount,
    String capture,
    @Nullable String declineCode,
    @Nullable NextAction nextAction,
    List<SharePart> shares,
    List<Event> events,
    List<Refund> refunds,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * The part of one child order.
   *
   * @param claimedAmount asked for by parcels, and not taken yet
   */
  public record SharePart(
      UUID orderId,
      String sellerId,
      long amount,
      long claimedAmount,
      long capturedAmount,
      long releasedAmount,
      long refundingAmount,
      long refundedAmount,
      long disputedAmount) {}

  /**
   * Money given back, or on its way.
   *
   * @param status {@code REQUESTED}, {@code SUBMITTED} to the provider, {@code UNKNOWN} when it has
   *     not answered, {@code PENDING} with it, {@code SUCCEEDED} or {@code FAILED}
   */
  public record Refund(
      UUID id,
      UUID orderId,
      long amount,
      String status,
      @Nullable String reason,
      @Nullable String failureCode,
      Instant createdAt) {}

  /**
   * One thing that happened to the money, such as {@code CAPTURE_REQUESTED} or {@code
   * CAPTURE_SUCCEEDED}: the amounts follow from the list of these.
   *
   * @param version of the payment when it was noted
   * @param operationId the shipment's, cancellation's, refund's or dispute's; else the payment's
   * @param orderId the child order whose share it concerns; absent when it concerns the whole
   */
  public record Event(
      long version,
      String type,
      UUID operationId,
      @Nullable UUID orderId,
      long amount,
      @Nullable String detail,
      Instant createdAt) {}
}
