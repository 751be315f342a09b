package io.ordersystem.devstack.client;

import org.jspecify.annotations.Nullable;

/**
 * A call that got no usable answer: not reachable, out of attempts, or an answer nobody expected.
 */
public final class CallFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  CallFailed(String call, int status, Problem problem) {
    super("%s was answered with %d %s".formatted(call, status, problem.summary()));
    this.status = status;
    this.code = problem.code();
  }

  CallFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = 0;
    this.code = "";
  }

  /** The HTTP status, 0 when there was no answer. */
  public int status() {
    return status;
  }

  /** The problem's stable code, empty when there was none. */
  public String code() {
    return code;
  }
}
