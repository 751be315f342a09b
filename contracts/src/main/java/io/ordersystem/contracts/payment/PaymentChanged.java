package io.ordersystem.contracts.payment;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A payment after one transaction changed it.
 *
 * @param status {@code REQUESTED}, {@code UNKNOWN}, {@code REQUIRES_ACTION}, {@code AUTHORIZED},
 *     {@code DECLINED} or {@code VOIDED}
 * @param declineCode the provider's reason, only when declined
 * @param nextAction what the customer has to do, only when {@code REQUIRES_ACTION}
 */
public record PaymentChanged(
    UUID paymentId,
    UUID orderId,
    String status,
    String currency,
    long amount,
    long authorizedAmount,
    @Nullable String declineCode,
    @Nullable NextAction nextAction) {

  /** A page to open ({@code url}), or a secret for the provider's front-end library. */
  public record NextAction(String type, @Nullable String url, @Nullable String clientSecret) {}
}
