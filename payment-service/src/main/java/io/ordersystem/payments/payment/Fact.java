package io.ordersystem.payments.payment;

import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is known of a payment's money: it was asked for, or the provider said what came of
 * it. Facts are only ever added, and {@link Account} is computed from their set: it does not matter
 * how often or in which order they arrive.
 *
 * @param subject what it is about: the operation's id, the dispute's, or the payment's own
 * @param orderId the child order whose share it concerns; null when it concerns the whole
 * @param round how often it was asked for anew after a failure, from 1
 * @param amount minor units
 * @param drawn the part of a capture's {@code amount} that had been taken ahead, so that the
 *     provider is not asked for it
 */
public record Fact(
    Kind kind,
    UUID subject,
    @Nullable UUID orderId,
    int round,
    Result result,
    long amount,
    long drawn) {

  /** What a fact is about. */
  public enum Kind {
    /** The whole amount is held. */
    AUTHORIZATION,
    /** Nothing is held any more. */
    CANCELLATION,
    /** A part is taken for a parcel. */
    CAPTURE,
    /** A part will never be taken. */
    RELEASE,
    /** A part of what was taken is given back. */
    REFUND,
    /** A part is taken ahead of the parcels. */
    ADVANCE,
    /** A part of what was taken ahead, and will not be needed, is given back. */
    RETURN,
    /** The card holder has contested a charge, and the provider has withdrawn the money. */
    DISPUTE
  }

  /**
   * What came of it. Later constants decide over earlier ones: a success that is heard of after a
   * failure has happened all the same, and a reversal undoes a success, never the other way round.
   */
  public enum Result {
    REQUESTED,
    UNKNOWN,
    ACTION_REQUIRED,
    FAILED,
    SUCCEEDED,
    /** A refund that bounced after it had succeeded; a dispute that was won. */
    REVERSED
  }

  /** Which of two facts about the same thing decides. */
  static final Comparator<Fact> DECIDING =
      Comparator.comparingInt(Fact::round).thenComparing(Fact::result);

  /** What two facts have in common when they are about the same thing. */
  record Topic(Kind kind, UUID subject, @Nullable UUID orderId) {}

  Topic topic() {
    return new Topic(kind, subject, orderId);
  }

  boolean is(Result wanted) {
    return result == wanted;
  }

  /** Asked for, and without an answer yet. */
  boolean isOpen() {
    return switch (result) {
      case REQUESTED, UNKNOWN, ACTION_REQUIRED -> true;
      case FAILED, SUCCEEDED, REVERSED -> false;
    };
  }

  /** How the list of a payment's events calls it, such as {@code CAPTURE_SUCCEEDED}. */
  public String type() {
    return kind + "_" + result;
  }
}
