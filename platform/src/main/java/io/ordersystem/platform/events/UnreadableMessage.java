package io.ordersystem.platform.events;

/** The content of a message cannot be understood; trying again cannot help. */
public final class UnreadableMessage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableMessage(String message) {
    super(message);
  }

  UnreadableMessage(String message, Throwable cause) {
    super(message, cause);
  }
}
