package io.ordersystem.orders.order;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import java.util.Collection;
import java.util.stream.Collectors;

/** The order's status does not allow what was asked. */
public final class IllegalTransition extends DomainException {
  private static final long serialVersionUID = 1L;

  /** A step that only these states allow. */
  public IllegalTransition(Order order, String step, Collection<OrderStatus> allowed) {
    super(
        ProblemType.ILLEGAL_TRANSITION,
        "order %s is %s; %s needs %s"
            .formatted(
                order.header().number(),
                order.status(),
                step,
                allowed.stream().map(OrderStatus::name).collect(Collectors.joining(" or "))));
  }

  /** A step that something else than the status forbids. */
  public IllegalTransition(Order order, String why) {
    super(
        ProblemType.ILLEGAL_TRANSITION,
        "order %s is %s; %s".formatted(order.header().number(), order.status(), why));
  }

  IllegalTransition(String orderNumber, OrderStatus from, OrderStatus to) {
    super(
        ProblemType.ILLEGAL_TRANSITION,
        "order " + orderNumber + " is " + from + " and cannot become " + to);
  }
}
