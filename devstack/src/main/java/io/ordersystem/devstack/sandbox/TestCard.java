package io.ordersystem.devstack.sandbox;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Stripe's test payment methods, and what each of them does when it is confirmed. */
enum TestCard {
  VISA("pm_card_visa", First.CHARGE, null, null),
  MASTERCARD("pm_card_mastercard", First.CHARGE, null, null),
  AMEX("pm_card_amex", First.CHARGE, null, null),
  DECLINED("pm_card_chargeDeclined", First.CHARGE, "card_declined", "generic_decline"),
  VISA_DECLINED("pm_card_visa_chargeDeclined", First.CHARGE, "card_declined", "generic_decline"),
  INSUFFICIENT(
      "pm_card_chargeDeclinedInsufficientFunds",
      First.CHARGE,
      "card_declined",
      "insufficient_funds"),
  VISA_INSUFFICIENT(
      "pm_card_visa_chargeDeclinedInsufficientFunds",
      First.CHARGE,
      "card_declined",
      "insufficient_funds"),
  LOST("pm_card_chargeDeclinedLostCard", First.CHARGE, "card_declined", "lost_card"),
  STOLEN("pm_card_chargeDeclinedStolenCard", First.CHARGE, "card_declined", "stolen_card"),
  EXPIRED("pm_card_chargeDeclinedExpiredCard", First.CHARGE, "expired_card", null),
  BAD_CVC("pm_card_chargeDeclinedIncorrectCvc", First.CHARGE, "incorrect_cvc", null),
  UNPROCESSED("pm_card_chargeDeclinedProcessingError", First.CHARGE, "processing_error", null),
  AUTHENTICATION("pm_card_authenticationRequired", First.AUTHENTICATE, null, null),
  THREE_D_SECURE("pm_card_threeDSecure2Required", First.AUTHENTICATE, null, null),
  AUTHENTICATION_INSUFFICIENT(
      "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
      First.AUTHENTICATE,
      "card_declined",
      "insufficient_funds"),
  PENDING_REFUND("pm_card_pendingRefund", RefundCourse.SUCCEEDS_LATER),
  REFUND_FAIL("pm_card_refundFail", RefundCourse.FAILS_AFTER_SUCCESS),
  /** Our own: at Stripe a refund can fail while it is pending, but no card of its shows that. */
  PENDING_REFUND_FAIL("pm_card_pendingRefundFail", RefundCourse.FAILS_LATER),
  /** Our own: Stripe's cards can all be captured several times where that was asked for. */
  SINGLE_CAPTURE("pm_card_singleCapture", First.CHARGE, null, null),
  /** Our own: no card of Stripe stays in {@code processing}, but bank debits do. */
  SLOW("pm_card_processing", First.PROCESS, null, null);

  /** What happens before the card answers. */
  enum First {
    CHARGE,
    AUTHENTICATE,
    PROCESS
  }

  private static final Map<String, TestCard> BY_TOKEN =
      Arrays.stream(values()).collect(Collectors.toMap(card -> card.token, Function.identity()));

  private final String token;
  private final First first;
  private final @Nullable String code;
  private final @Nullable String declineCode;
  private final RefundCourse refunds;

  TestCard(String token, First first, @Nullable String code, @Nullable String declineCode) {
    this.token = token;
    this.first = first;
    this.code = code;
    this.declineCode = declineCode;
    this.refunds = RefundCourse.SUCCEEDS;
  }

  TestCard(String token, RefundCourse refunds) {
    this.token = token;
    this.first = First.CHARGE;
    this.code = null;
    this.declineCode = null;
    this.refunds = refunds;
  }

  static Optional<TestCard> find(String token) {
    return Optional.ofNullable(BY_TOKEN.get(token));
  }

  /** The card of an intent: a request with another one was refused. */
  static TestCard get(String token) {
    return find(token)
        .orElseThrow(() -> new IllegalStateException("unchecked payment method " + token));
  }

  First first() {
    return first;
  }

  /** How the refunds of what it paid go. */
  RefundCourse refunds() {
    return refunds;
  }

  Optional<Intent.Failure> failure() {
    return code == null ? Optional.empty() : Optional.of(failure(token, code, declineCode));
  }

  static Intent.Failure genericDecline(String paymentMethod) {
    return failure(paymentMethod, "card_declined", "generic_decline");
  }

  static Intent.Failure authenticationFailed(String paymentMethod) {
    return failure(paymentMethod, "payment_intent_authentication_failure", null);
  }

  static Intent.Failure authenticationRequired(String paymentMethod) {
    return failure(paymentMethod, "authentication_required", "authentication_required");
  }

  private static Intent.Failure failure(
      String paymentMethod, String code, @Nullable String declineCode) {
    var message =
        switch (code) {
          case "expired_card" -> "Your card has expired.";
          case "incorrect_cvc" -> "Your card's security code is incorrect.";
          case "processing_error" -> "An error occurred while processing your card.";
          case "authentication_required" -> "This payment requires authentication.";
          case "payment_intent_authentication_failure" ->
              "The provided payment method has failed authentication.";
          default ->
              "insufficient_funds".equals(declineCode)
                  ? "Your card has insufficient funds."
                  : "Your card was declined.";
        };
    return new Intent.Failure(code, declineCode, message, paymentMethod);
  }
}
