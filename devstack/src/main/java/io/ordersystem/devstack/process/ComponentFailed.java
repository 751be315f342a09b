package io.ordersystem.devstack.process;

/** A component of the stack did not do what it was told; the message says which, and what to do. */
public final class ComponentFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ComponentFailed(String message) {
    super(message);
  }

  public ComponentFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
