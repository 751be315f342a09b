package io.ordersystem.platform.sql;

/**
 * What answers at the primary's address is not as far as a position that a caller was told: a
 * server that was demoted, or restored from an older state. The database is taken to be away
 * ({@link SqlFailures#isUnavailable}) until the address leads to the primary again.
 */
public final class StalePrimary extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StalePrimary(Position here, Position told) {
    super(
        "the server at the primary's address is at "
            + here.text()
            + ", a caller was told "
            + told.text(),
        null,
        false,
        false);
  }
}
