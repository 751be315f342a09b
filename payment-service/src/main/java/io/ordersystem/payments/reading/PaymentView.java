package io.ordersystem.payments.reading;

import io.ordersystem.contracts.payment.PaymentChanged.NextAction;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A payment as callers see it. Amounts in minor units of {@code currency}. */
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
    @Nullable String declineCode,
    @Nullable NextAction nextAction,
    List<Share> shares,
    List<Event> events,
    List<Refund> refunds,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  /** The part of one child order. */
  public record Share(
      UUID orderId,
      String sellerId,
      long amount,
      long capturedAmount,
      long releasedAmount,
      long refundedAmount) {}

  /**
   * Money given back, or on its way.
   *
   * @param status {@code OPEN}, {@code SUCCEEDED} or {@code FAILED}
   */
  public record Refund(
      UUID id,
      UUID orderId,
      long amount,
      String status,
      @Nullable String reason,
      @Nullable String failureCode,
      Instant createdAt) {}

  /** One version of the payment. */
  public record Event(
      long version, String type, long amount, @Nullable String detail, Instant createdAt) {}
}
