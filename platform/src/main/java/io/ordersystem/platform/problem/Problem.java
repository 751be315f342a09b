package io.ordersystem.platform.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ordersystem.platform.cards.CardNumbers;
import io.ordersystem.platform.problem.DomainException.Invalid;
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
    List<Invalid> errors) {
  /** The media type of every error answer. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /**
   * A refusal of that kind. Card numbers are masked: an id may be one, and details, paths and
   * pointers repeat ids.
   */
  public static Problem of(ProblemType type, String detail, String instance, List<Invalid> errors) {
    return new Problem(
        type.uri(),
        type.title(),
        type.status(),
        CardNumbers.mask(detail),
        CardNumbers.mask(instance),
        type.code(),
        errors.stream().map(Problem::masked).toList());
  }

  private static Invalid masked(Invalid error) {
    return new Invalid(
        error.pointer() == null ? null : CardNumbers.mask(error.pointer()),
        CardNumbers.mask(error.message()));
  }
}
