package io.ordersystem.inventory.reservation;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;

/** Why a command on a reservation is refused. */
final class Refusals {
  private static final ProblemType KEY_REUSED =
      new ProblemType(
          422, "reservation-key-reused", "The reservation key was used for another request");

  private Refusals() {}

  static DomainException illegal(String detail) {
    return new DomainException(ProblemType.ILLEGAL_TRANSITION, detail);
  }

  static DomainException notFound(String key) {
    return new DomainException(ProblemType.NOT_FOUND, "there is no reservation " + key);
  }

  static DomainException reused(String key) {
    return new DomainException(KEY_REUSED, "reservation " + key + " holds other items");
  }
}
