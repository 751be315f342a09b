package io.ordersystem.platform.sql;

/**
 * The connection broke after COMMIT was sent: the transaction may have happened. Never to be read
 * as a failure; whoever asked must repeat with the same key.
 */
public final class CommitUnknown extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommitUnknown(Throwable cause) {
    super("the outcome of a COMMIT is unknown", cause);
  }
}
