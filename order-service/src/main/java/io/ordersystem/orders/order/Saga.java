package io.ordersystem.orders.order;

import java.util.List;

/**
 * How an order gets from placed to CONFIRMED or CANCELLED: a pure function of where it is and what
 * happened. Compensation undoes only what this saga asked for; {@code CANCELLED} is final, and what
 * arrives late for it is given back.
 */
public final class Saga {
  private Saga() {}

  /** Where an order is on its way to being confirmed or cancelled. */
  public enum Step {
    /** Stock has been asked for. */
    RESERVING,
    /** Stock is held; the payment has been asked for. */
    AUTHORIZING,
    /** Confirmed: nothing ends the order by itself any more, only somebody who cancels it. */
    COMPLETED,
    CANCELLED
  }

  /** What can happen to it. */
  public enum Input {
    PLACED,
    STOCK_RESERVED,
    STOCK_REJECTED,
    PAYMENT_AUTHORIZED,
    PAYMENT_ACTION_REQUIRED,
    PAYMENT_DECLINED,
    /** What was authorised is not held any more, although nobody here gave it up. */
    PAYMENT_LAPSED,
    /** Somebody who may cancels the whole order, nothing of which has left. */
    CANCEL_REQUESTED,
    /** {@code expires_at} has passed. */
    EXPIRED,
    /** The step's deadline has passed without an answer. */
    UNANSWERED
  }

  /** What is to be done about it. */
  public enum Action {
    RESERVE_STOCK,
    RELEASE_STOCK,
    AUTHORIZE_PAYMENT,
    VOID_PAYMENT,
    CONFIRM,
    REQUIRE_ACTION,
    CANCEL_OUT_OF_STOCK,
    CANCEL_PAYMENT_DECLINED,
    CANCEL_EXPIRED,
    CANCEL_REQUESTED,
    FLAG_LAPSED
  }

  /** The next step, and the actions of getting there; no actions and the same step: nothing new. */
  public record Decision(Step step, List<Action> actions) {
    static Decision of(Step step, Action... actions) {
      return new Decision(step, List.of(actions));
    }
  }

  /**
   * Decides.
   *
   * @param free whether the order costs nothing: then no payment is asked for
   */
  public static Decision decide(Step step, Input input, boolean free) {
    return switch (step) {
      case RESERVING -> reserving(input, free);
      case AUTHORIZING -> authorizing(input);
      case COMPLETED -> completed(input, free);
      case CANCELLED -> cancelled(input);
    };
  }

  private static Decision reserving(Input input, boolean free) {
    return switch (input) {
      case PLACED, UNANSWERED -> Decision.of(Step.RESERVING, Action.RESERVE_STOCK);
      case STOCK_RESERVED ->
          free
              ? Decision.of(Step.COMPLETED, Action.CONFIRM)
              : Decision.of(Step.AUTHORIZING, Action.AUTHORIZE_PAYMENT);
      case STOCK_REJECTED -> Decision.of(Step.CANCELLED, Action.CANCEL_OUT_OF_STOCK);
      case EXPIRED -> Decision.of(Step.CANCELLED, Action.CANCEL_EXPIRED, Action.RELEASE_STOCK);
      case CANCEL_REQUESTED ->
          Decision.of(Step.CANCELLED, Action.CANCEL_REQUESTED, Action.RELEASE_STOCK);
      // No payment has been asked for, so none of these is an answer to us.
      case PAYMENT_AUTHORIZED, PAYMENT_ACTION_REQUIRED, PAYMENT_DECLINED, PAYMENT_LAPSED ->
          Decision.of(Step.RESERVING);
    };
  }

  private static Decision authorizing(Input input) {
    return switch (input) {
      case UNANSWERED -> Decision.of(Step.AUTHORIZING, Action.AUTHORIZE_PAYMENT);
      case PAYMENT_AUTHORIZED -> Decision.of(Step.COMPLETED, Action.CONFIRM);
      case PAYMENT_ACTION_REQUIRED -> Decision.of(Step.AUTHORIZING, Action.REQUIRE_ACTION);
      case PAYMENT_DECLINED ->
          Decision.of(Step.CANCELLED, Action.CANCEL_PAYMENT_DECLINED, Action.RELEASE_STOCK);
      case EXPIRED ->
          Decision.of(
              Step.CANCELLED, Action.CANCEL_EXPIRED, Action.RELEASE_STOCK, Action.VOID_PAYMENT);
      case CANCEL_REQUESTED ->
          Decision.of(
              Step.CANCELLED, Action.CANCEL_REQUESTED, Action.RELEASE_STOCK, Action.VOID_PAYMENT);
      case PLACED, STOCK_RESERVED, STOCK_REJECTED, PAYMENT_LAPSED -> Decision.of(Step.AUTHORIZING);
    };
  }

  private static Decision completed(Input input, boolean free) {
    return switch (input) {
      case CANCEL_REQUESTED ->
          free
              ? Decision.of(Step.CANCELLED, Action.CANCEL_REQUESTED, Action.RELEASE_STOCK)
              : Decision.of(
                  Step.CANCELLED,
                  Action.CANCEL_REQUESTED,
                  Action.RELEASE_STOCK,
                  Action.VOID_PAYMENT);
      case PAYMENT_LAPSED -> Decision.of(Step.COMPLETED, Action.FLAG_LAPSED);
      case PLACED,
          STOCK_RESERVED,
          STOCK_REJECTED,
          PAYMENT_AUTHORIZED,
          PAYMENT_ACTION_REQUIRED,
          PAYMENT_DECLINED,
          EXPIRED,
          UNANSWERED ->
          Decision.of(Step.COMPLETED);
    };
  }

  private static Decision cancelled(Input input) {
    return switch (input) {
      case STOCK_RESERVED -> Decision.of(Step.CANCELLED, Action.RELEASE_STOCK);
      case PAYMENT_AUTHORIZED, PAYMENT_ACTION_REQUIRED ->
          Decision.of(Step.CANCELLED, Action.VOID_PAYMENT);
      case PLACED,
          STOCK_REJECTED,
          PAYMENT_DECLINED,
          PAYMENT_LAPSED,
          CANCEL_REQUESTED,
          EXPIRED,
          UNANSWERED ->
          Decision.of(Step.CANCELLED);
    };
  }
}
