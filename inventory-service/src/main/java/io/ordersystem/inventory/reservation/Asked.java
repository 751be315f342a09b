package io.ordersystem.inventory.reservation;

import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.Received;
import org.jspecify.annotations.Nullable;

/**
 * A command and who asks.
 *
 * @param door through which it came
 * @param actor the caller's subject, or the service that sent the message
 * @param ifMatch the versions of the reservation that the caller means; null for any
 */
record Asked(
    ReservationCommand command, Door door, String actor, @Nullable String ifMatch, Cause cause) {

  /** Each sees its own reservations only. */
  enum Door {
    ORDERS,
    REST
  }

  /** What order-service asks. */
  static Asked of(Received message) {
    return new Asked(
        ReservationCommand.of(message), Door.ORDERS, "order-service", null, Cause.of(message));
  }
}
