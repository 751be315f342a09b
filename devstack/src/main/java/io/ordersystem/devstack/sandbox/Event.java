package io.ordersystem.devstack.sandbox;

/**
 * A fact to announce.
 *
 * @param cause what was recorded: holds the objects as they were then
 * @param pending whether its delivery has not ended yet
 */
record Event(String id, EventType type, Entry cause, boolean pending) {

  /** Seconds since the epoch. */
  long created() {
    return cause.seconds();
  }

  Event settled() {
    return new Event(id, type, cause, false);
  }
}
