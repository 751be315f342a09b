package io.ordersystem.devstack.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * A payment intent as it stands after one step. Immutable, so an answer, an event and the ledger
 * can hold the same one.
 */
record Intent(
    String id,
    Terms terms,
    IntentStatus status,
    Funds funds,
    @Nullable String paymentMethod,
    @Nullable String charge,
    @Nullable String returnUrl,
    @Nullable Failure lastFailure,
    @Nullable Cancellation cancellation) {

  /** Why the card was last refused. */
  record Failure(String code, @Nullable String declineCode, String message, String paymentMethod) {}

  /** When (seconds since the epoch) and why the intent was given up. */
  record Cancellation(long at, @Nullable String reason) {}

  /** Whether a capture may leave the rest on hold: it was asked for, and the card knows how. */
  boolean takesSeveralCaptures() {
    return terms.multicapture() && !"pm_card_singleCapture".equals(paymentMethod);
  }

  Intent with(IntentStatus next) {
    return new Intent(
        id, terms, next, funds, paymentMethod, charge, returnUrl, lastFailure, cancellation);
  }

  Intent with(Funds next) {
    return new Intent(
        id, terms, status, next, paymentMethod, charge, returnUrl, lastFailure, cancellation);
  }

  /** Equal terms are kept once: the journal repeats them on every line. */
  Intent sharing(Terms known) {
    return known.equals(terms)
        ? new Intent(
            id, known, status, funds, paymentMethod, charge, returnUrl, lastFailure, cancellation)
        : this;
  }

  Intent paidBy(@Nullable String method, @Nullable String returnTo) {
    return new Intent(
        id,
        terms,
        status,
        funds,
        method == null ? paymentMethod : method,
        charge,
        returnTo == null ? returnUrl : returnTo,
        lastFailure,
        cancellation);
  }

  Intent approved(String newCharge) {
    var manual = terms.captureMethod() == CaptureMethod.MANUAL;
    var held = Funds.held(terms.amount());
    return new Intent(
        id,
        terms,
        manual ? IntentStatus.REQUIRES_CAPTURE : IntentStatus.SUCCEEDED,
        manual ? held : held.capture(terms.amount()),
        paymentMethod,
        newCharge,
        returnUrl,
        null,
        null);
  }

  Intent declined(String failedCharge, Failure failure) {
    return new Intent(
        id,
        terms,
        IntentStatus.REQUIRES_PAYMENT_METHOD,
        funds,
        null,
        failedCharge,
        returnUrl,
        failure,
        cancellation);
  }

  Intent canceled(Cancellation how) {
    return new Intent(
        id,
        terms,
        IntentStatus.CANCELED,
        funds.release(),
        paymentMethod,
        charge,
        returnUrl,
        lastFailure,
        how);
  }
}
