package io.ordersystem.platform.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a refused request: RFC 9457 with our {@code code} and {@code errors}. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    @Nullable String instance,
    String code,
    List<DomainException.Invalid> errors) {
  /** The media type of every error answer. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** A refusal of that kind. */
  public static Problem of(
      ProblemType type, String detail, String instance, List<DomainException.Invalid> errors) {
    return new Problem(
        type.uri(), type.title(), type.status(), detail, instance, type.code(), errors);
  }
}
