package io.ordersystem.inventory.reservation;

/**
 * Another transaction made a reservation of this key between our look and our write. The same batch
 * sees it when it runs again.
 */
final class KeyTaken extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeyTaken() {
    super("a reservation key was taken meanwhile", null, false, false);
  }
}
