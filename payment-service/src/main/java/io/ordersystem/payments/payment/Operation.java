package io.ordersystem.payments.payment;

import io.ordersystem.contracts.payment.PaymentChanged;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that the provider is asked for about a payment: a row for whoever carries it out. What
 * it does to the money is a {@link Fact}.
 *
 * @param id the shipment's, cancellation's or refund's; a dispute's follows from the provider's
 * @param orderId the child order whose share it is; null when it is about the whole
 * @param amount minor units, greater than 0
 * @param drawn of a capture's amount, what had been taken ahead
 * @param round how often it was asked for anew after it had failed, from 1: part of the key that
 *     the provider knows the call by, because it would only repeat its first answer
 * @param hints how often the provider has told of news of it
 * @param heard how many of those were told before the provider was last asked, and answered
 * @param reference the provider's name of it; of an open one what it is to be asked for by
 * @param failureCode why it failed
 */
public record Operation(
    UUID id,
    UUID paymentId,
    @Nullable UUID orderId,
    Fact.Kind kind,
    long amount,
    long drawn,
    Status status,
    int round,
    int hints,
    int heard,
    @Nullable String reason,
    @Nullable String reference,
    @Nullable String failureCode) {

  /** How far the provider is with it. */
  public enum Status {
    /** Noted, with the money that it is about set aside. */
    REQUESTED,
    /** The provider is being asked, or was when a process died. */
    SUBMITTED,
    /** The provider was asked and did not answer: it may have been done. */
    UNKNOWN,
    /** The provider has taken it and is at it, perhaps for days. */
    PENDING,
    SUCCEEDED,
    FAILED;

    /** Whether the provider has not answered for good. */
    public boolean isOpen() {
      return this != SUCCEEDED && this != FAILED;
    }
  }

  static Operation requested(
      UUID id,
      UUID paymentId,
      @Nullable UUID orderId,
      Fact.Kind kind,
      long amount,
      @Nullable String reason) {
    return new Operation(
        id, paymentId, orderId, kind, amount, 0, Status.REQUESTED, 1, 0, 0, reason, null, null);
  }

  /** Whether the provider is still to be asked about it. */
  public boolean isDue() {
    return status.isOpen() || hints > heard;
  }

  Operation drawing(long ahead) {
    return new Operation(
        id,
        paymentId,
        orderId,
        kind,
        amount,
        ahead,
        status,
        round,
        hints,
        heard,
        reason,
        reference,
        failureCode);
  }

  Operation of(long provided) {
    return new Operation(
        id,
        paymentId,
        orderId,
        kind,
        provided,
        drawn,
        status,
        round,
        hints,
        heard,
        reason,
        reference,
        failureCode);
  }

  private Operation become(Status next, @Nullable String named, @Nullable String code) {
    return new Operation(
        id, paymentId, orderId, kind, amount, drawn, next, round, hints, heard, reason, named,
        code);
  }

  Operation succeeded(@Nullable String named) {
    return become(Status.SUCCEEDED, named == null ? reference : named, null);
  }

  Operation pending(String named) {
    return become(Status.PENDING, named, null);
  }

  Operation unknown() {
    return become(status == Status.PENDING ? Status.PENDING : Status.UNKNOWN, reference, null);
  }

  Operation failed(String code) {
    return become(Status.FAILED, reference, code);
  }

  Operation again() {
    return new Operation(
        id,
        paymentId,
        orderId,
        kind,
        amount,
        0,
        Status.REQUESTED,
        round + 1,
        0,
        0,
        reason,
        null,
        null);
  }

  private Operation told(int times, int answered) {
    return new Operation(
        id,
        paymentId,
        orderId,
        kind,
        amount,
        drawn,
        status,
        round,
        times,
        answered,
        reason,
        reference,
        failureCode);
  }

  /** The same with the provider to be asked what it is now. */
  Operation hinted() {
    return told(hints + 1, heard);
  }

  /** The same once the provider has answered what was asked then: later hints are still open. */
  Operation answered(Operation asked) {
    return told(hints, Math.max(heard, asked.hints));
  }

  Fact fact(Fact.Result result) {
    return new Fact(kind, id, orderId, round, result, amount, drawn);
  }

  /** As others are told of it; null when it concerns no child order of theirs. */
  PaymentChanged.@Nullable Operation event() {
    return orderId == null
        ? null
        : new PaymentChanged.Operation(
            id,
            kind.name(),
            orderId,
            amount,
            status == Status.SUCCEEDED ? "SUCCEEDED" : "FAILED",
            failureCode);
  }
}
