package io.ordersystem.platform.faults;

import java.util.Arrays;
import java.util.Optional;

/**
 * A place where a crash leaves something half done. The list is complete for this system: whoever
 * adds a step that commits, publishes, calls out or acknowledges adds its points here, and the
 * system test fails until each has been reached.
 */
public enum FaultPoint {
  TRANSACTION_BEFORE_COMMIT(
      "transaction.before-commit", "every write of a transaction is done, COMMIT is not sent"),
  TRANSACTION_AFTER_COMMIT(
      "transaction.after-commit", "a transaction is committed, nobody has been told"),
  REQUEST_BEFORE_COMMIT(
      "request.before-commit", "a request's effect and answer are written, not committed"),
  REQUEST_AFTER_COMMIT(
      "request.after-commit", "a request has taken effect, its answer has not left"),
  OUTBOX_BEFORE_PUBLISH("outbox.before-publish", "events are read, none is sent"),
  OUTBOX_AFTER_PUBLISH("outbox.after-publish", "events are in Kafka, the cursor stands before"),
  OUTBOX_AFTER_CURSOR("outbox.after-cursor", "events are in Kafka, the cursor stands behind"),
  INBOX_BEFORE_COMMIT("inbox.before-commit", "messages have taken effect, uncommitted"),
  INBOX_AFTER_COMMIT("inbox.after-commit", "messages have taken effect, more of the batch to do"),
  INBOX_BEFORE_ACKNOWLEDGE(
      "inbox.before-acknowledge", "a whole batch has taken effect, its offsets are not committed"),
  CALL_BEFORE("call.before", "a call to a foreign system is claimed, not made"),
  CALL_AFTER("call.after", "a foreign system has acted, its outcome is not recorded");

  private final String id;
  private final String meaning;

  FaultPoint(String id, String meaning) {
    this.id = id;
    this.meaning = meaning;
  }

  /** The name by which it is armed. */
  public String id() {
    return id;
  }

  /** What is done and what is not when a process dies here. */
  public String meaning() {
    return meaning;
  }

  /** The point of that name. */
  public static Optional<FaultPoint> of(String id) {
    return Arrays.stream(values()).filter(point -> point.id.equals(id)).findFirst();
  }
}
