package io.ordersystem.devstack.sandbox;

import org.jspecify.annotations.Nullable;

/** An error as Stripe says it: HTTP status, type, and what the caller may act on. */
record Refusal(
    int status,
    String type,
    @Nullable String code,
    String message,
    @Nullable String param,
    @Nullable String declineCode) {

  static final String INVALID_REQUEST = "invalid_request_error";

  static Refusal invalid(@Nullable String code, @Nullable String param, String message) {
    return new Refusal(400, INVALID_REQUEST, code, message, param, null);
  }

  static Refusal unexpectedState(String message) {
    return invalid("payment_intent_unexpected_state", null, message);
  }

  static Refusal declined(Intent.Failure failure) {
    return new Refusal(
        402, "card_error", failure.code(), failure.message(), null, failure.declineCode());
  }
}
