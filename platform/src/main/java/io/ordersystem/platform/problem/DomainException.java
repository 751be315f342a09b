package io.ordersystem.platform.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A refusal that the caller is told about. Its detail is shown as it is: no personal data, no SQL,
 * no class name.
 */
public class DomainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemType type;
  private final transient List<Invalid> errors;

  public DomainException(ProblemType type, String detail) {
    this(type, detail, List.of());
  }

  /** With what is wrong where, for a request that has several faults or points at one. */
  public DomainException(ProblemType type, String detail, List<Invalid> errors) {
    super(detail, null, false, false);
    this.type = type;
    this.errors = List.copyOf(errors);
  }

  public ProblemType type() {
    return type;
  }

  public List<Invalid> errors() {
    return errors;
  }

  /**
   * One fault of a request.
   *
   * @param pointer JSON Pointer into the body, or null when it is not in the body
   */
  public record Invalid(@Nullable String pointer, String message) {}
}
