package io.ordersystem.devstack.replay;

/** A file that cannot be replayed; the message names file, line and column. */
final class InvalidCsv extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidCsv(String message) {
    super(message);
  }

  InvalidCsv(String message, Throwable cause) {
    super(message, cause);
  }
}
