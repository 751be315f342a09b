package io.ordersystem.inventory.reservation;

/**
 * Something came up short while more reservations are due on its offers than one batch ends: they
 * have to be ended before anything is refused because of them.
 */
final class ManyAreDue extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ManyAreDue() {
    super("more reservations are due than one batch ends", null, false, false);
  }
}
