package io.ordersystem.devstack.sandbox;

import org.jspecify.annotations.Nullable;

/** The refusals of a request before it reaches the ledger. None of them has an effect. */
final class StripeErrors {
  private StripeErrors() {}

  /** Ends the handling of one request with an error answer. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Refusal refusal;

    Refused(Refusal refusal) {
      super(refusal.message(), null, false, false);
      this.refusal = refusal;
    }

    Refusal refusal() {
      return refusal;
    }
  }

  static Refused invalid(@Nullable String code, @Nullable String param, String message) {
    return new Refused(Refusal.invalid(code, param, message));
  }

  static Refused missing(String param) {
    return invalid("parameter_missing", param, "Missing required param: " + param + ".");
  }

  static Refused noSuch(int status, String what, String id, String param) {
    return new Refused(
        new Refusal(
            status,
            Refusal.INVALID_REQUEST,
            "resource_missing",
            "No such " + what + ": '" + id + "'",
            param,
            null));
  }

  static Refused unauthorized(String message) {
    return new Refused(new Refusal(401, Refusal.INVALID_REQUEST, null, message, null, null));
  }

  static Refused unknownUrl(String method, String path) {
    return new Refused(
        new Refusal(
            404,
            Refusal.INVALID_REQUEST,
            null,
            "Unrecognized request URL (%s: %s).".formatted(method, path),
            null,
            null));
  }

  static Refused keyOfAnotherRequest() {
    return new Refused(
        new Refusal(
            400,
            "idempotency_error",
            null,
            "Keys for idempotent requests can only be used with the same endpoint and parameters"
                + " they were first used with.",
            null,
            null));
  }

  static Refused keyInUse() {
    return new Refused(
        new Refusal(
            409,
            Refusal.INVALID_REQUEST,
            "idempotency_key_in_use",
            "There is currently another in-progress request using this Idempotency-Key.",
            null,
            null));
  }

  static Refused tooMany() {
    return new Refused(
        new Refusal(
            429,
            Refusal.INVALID_REQUEST,
            "rate_limit",
            "Too many requests are under way.",
            null,
            null));
  }

  static Refused full(String what, int limit) {
    return new Refused(
        new Refusal(
            503,
            "api_error",
            null,
            "The sandbox holds its limit of %d %s; start it with an empty data directory."
                .formatted(limit, what),
            null,
            null));
  }

  static Refused broken(String message) {
    return new Refused(new Refusal(500, "api_error", null, message, null, null));
  }
}
