package io.ordersystem.orders.order;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;

/** The order's status does not allow what was asked. */
public final class IllegalTransition extends DomainException {
  private static final long serialVersionUID = 1L;

  IllegalTransition(String orderNumber, OrderStatus from, OrderStatus to) {
    super(
        ProblemType.ILLEGAL_TRANSITION,
        "order " + orderNumber + " is " + from + " and cannot become " + to);
  }
}
