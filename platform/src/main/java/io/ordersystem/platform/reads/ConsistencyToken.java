package io.ordersystem.platform.reads;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.Position;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The {@code Consistency-Token}: which service's database has to be how far. Opaque to callers:
 * {@code service.position}.
 */
final class ConsistencyToken {
  static final String HEADER = "Consistency-Token";

  /** What any of our tokens, also one of a release to come, looks like. */
  private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  private ConsistencyToken() {}

  static String of(String service, Position position) {
    return service + "." + position.text();
  }

  /**
   * What a token asks of this service: empty when it is another's, which answers nothing about our
   * data.
   *
   * @throws DomainException {@code validation-failed} for what is no token at all
   */
  static Optional<Position> read(String service, String token) {
    if (!ACCEPTED.matcher(token).matches()) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          HEADER + " must be sent back as it was answered: up to 128 of A-Z a-z 0-9 . _ -");
    }
    if (!token.startsWith(service + ".")) {
      return Optional.empty();
    }
    // Ours, and not understood: the primary knows, whatever it means.
    return Optional.of(
        Position.parse(token.substring(service.length() + 1)).orElse(Position.BEYOND));
  }
}
