package io.ordersystem.orders.order;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;

/**
 * What a caller is to one order. A token may hold several roles: each of them counts only for what
 * is the caller's own in that role, so that a seller who also buys is no seller of what it bought.
 *
 * @param trusted an operator or service, whose every order is
 * @param customer who bought it
 * @param seller who sells it, all of it
 */
public record Standing(boolean trusted, boolean customer, boolean seller) {

  /**
   * Refuses who only bought the order.
   *
   * @throws DomainException {@code forbidden}
   */
  public void mustFulfil() {
    if (!trusted && !seller) {
      throw new DomainException(ProblemType.FORBIDDEN, "only its seller may do that");
    }
  }

  /**
   * Refuses who only sells the order.
   *
   * @throws DomainException {@code forbidden}
   */
  public void mustHaveOrdered() {
    if (!trusted && !customer) {
      throw new DomainException(ProblemType.FORBIDDEN, "only its customer may do that");
    }
  }

  /** Whether the order is the caller's business at all. */
  boolean isAny() {
    return trusted || customer || seller;
  }

  /** Whether what concerns the payment as a whole is the caller's business. */
  boolean seesPayment() {
    return trusted || customer;
  }
}
