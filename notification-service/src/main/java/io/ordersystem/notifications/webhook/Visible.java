package io.ordersystem.notifications.webhook;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.security.Role;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which endpoints a caller may see and change: operators all, a seller its own. */
final class Visible {
  private Visible() {}

  /**
   * The seller whose endpoints alone the caller sees; null for all.
   *
   * @throws DomainException {@code forbidden} for a seller whose token names none
   */
  static @Nullable String seller(Caller caller) {
    if (caller.is(Role.OPERATOR)) {
      return null;
    }
    if (caller.sellerId() == null) {
      throw new DomainException(ProblemType.FORBIDDEN, "the token names no seller");
    }
    return caller.sellerId();
  }

  /** The id that a path names; what is no id names nothing. */
  static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw none();
    }
  }

  static DomainException none() {
    return new DomainException(ProblemType.NOT_FOUND, "no such webhook endpoint or delivery");
  }
}
