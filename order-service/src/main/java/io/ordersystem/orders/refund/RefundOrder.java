package io.ordersystem.orders.refund;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.payment.RefundPayment;
import io.ordersystem.orders.order.ChangeOrder.Changing;
import io.ordersystem.orders.order.Item;
import io.ordersystem.orders.order.Lines;
import io.ordersystem.orders.order.Order;
import io.ordersystem.orders.order.Refund;
import io.ordersystem.orders.order.Restock;
import io.ordersystem.orders.order.Shipment;
import io.ordersystem.orders.order.Units;
import io.ordersystem.orders.order.UnitsRequest;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.problem.ProblemType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives money back, of one order with lines: at most what was taken for each line and for shipping.
 * What is on its way back counts as given.
 */
final class RefundOrder {
  static final int MOST_REFUNDS = 50;

  private static final ProblemType NOT_CAPTURED =
      new ProblemType(409, "not-captured", "Nothing was taken that could be given back");
  private static final ProblemType EXCEEDS_CAPTURED =
      new ProblemType(409, "amount-exceeds-captured", "That is more than was taken");

  private RefundOrder() {}

  static void refund(Changing changing, RefundOrderRequest request) {
    changing.standing().mustFulfil();
    changing.mustNotBeParent();
    Order order = changing.order();
    List<Units> asked = request.lines() == null ? List.of() : UnitsRequest.units(request.lines());
    List<Units> units = Lines.merged(asked);
    long shipping = orZero(request.shippingAmount());
    if (units.isEmpty() && shipping == 0) {
      throw invalid("/lines", "must name units, or shippingAmount an amount");
    }
    units.forEach(back -> Lines.get(order, asked, back));
    if (order.state().settled().captured() == 0) {
      throw new DomainException(
          NOT_CAPTURED,
          "of order %s nothing was captured yet; cancel it instead"
              .formatted(order.header().number()));
    }
    units.forEach(back -> requireCaptured(order, asked, back));
    requireShipping(order, shipping);
    if (order.refunds().size() >= MOST_REFUNDS) {
      throw invalid("/lines", "an order has at most " + MOST_REFUNDS + " refunds");
    }
    Refund refund =
        order.refund(
            changing.ids().next(),
            units,
            shipping,
            request.reason(),
            Boolean.TRUE.equals(request.restock()),
            changing.moment().now());
    ask(changing, order, refund);
    changing.tree().derive(changing.moment().now());
  }

  private static void ask(Changing changing, Order order, Refund refund) {
    if (refund.amount() == 0) {
      Restock.ask(changing.process(), order, refund, changing.moment());
      return;
    }
    changing
        .process()
        .ask(
            refund.id(),
            EventType.REFUND_PAYMENT,
            new RefundPayment(
                refund.id(),
                changing.tree().id(),
                order.header().id(),
                refund.amount(),
                refund.reason()),
            changing.moment());
  }

  /** Only units of parcels whose money was taken, and each unit once. */
  private static void requireCaptured(Order order, List<Units> asked, Units back) {
    Item item = Lines.get(order, asked, back);
    int captured =
        order.shipments().stream()
            .filter(Shipment::isPaid)
            .flatMap(shipment -> shipment.lines().stream())
            .filter(line -> line.itemId().equals(back.itemId()))
            .mapToInt(Shipment.Line::quantity)
            .sum();
    int left = captured - item.progress().refunded();
    if (captured == 0) {
      throw new DomainException(
          NOT_CAPTURED, "of line %s nothing was captured yet".formatted(back.itemId()));
    }
    if (back.quantity() > left) {
      throw exceeds(
          Lines.pointer(asked, back, "quantity"),
          "is %d, %d were paid for and not given back".formatted(back.quantity(), left));
    }
  }

  private static void requireShipping(Order order, long shipping) {
    long captured =
        order.shipments().stream()
            .filter(Shipment::isPaid)
            .mapToLong(Shipment::shippingAmount)
            .sum();
    long given =
        order.refunds().stream()
            .filter(refund -> refund.status() != Refund.Status.FAILED)
            .mapToLong(Refund::shippingAmount)
            .sum();
    if (shipping > captured - given) {
      throw exceeds(
          "/shippingAmount", "is %d, %d can be given back".formatted(shipping, captured - given));
    }
  }

  private static DomainException exceeds(String pointer, String message) {
    return new DomainException(
        EXCEEDS_CAPTURED, pointer + " " + message, List.of(new Invalid(pointer, message)));
  }

  private static DomainException invalid(String pointer, String message) {
    return new DomainException(
        ProblemType.VALIDATION_FAILED,
        pointer + " " + message,
        List.of(new Invalid(pointer, message)));
  }

  private static long orZero(@Nullable Long amount) {
    return amount == null ? 0 : amount;
  }
}
