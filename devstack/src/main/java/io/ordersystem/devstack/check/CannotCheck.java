package io.ordersystem.devstack.check;

/** The question could not be asked, so nothing is known about the answer. */
public final class CannotCheck extends Exception {
  private static final long serialVersionUID = 1L;

  CannotCheck(String message, Throwable cause) {
    super(message, cause);
  }

  CannotCheck(String message) {
    super(message);
  }
}
