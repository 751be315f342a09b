package io.ordersystem.orders.order;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;

/** There is no such order, or it is none of the caller's business. */
public final class OrderNotFound extends DomainException {
  private static final long serialVersionUID = 1L;

  public OrderNotFound(String idOrNumber) {
    super(ProblemType.NOT_FOUND, "no order " + idOrNumber);
  }
}
