package io.ordersystem.orders.order;

import io.ordersystem.contracts.EventType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a neighbour says to a command about a confirmed order.
 *
 * @param id the shipment's, cancellation's or refund's
 * @param command the command that is answered
 * @param failure why it was refused; null when it was carried out
 * @param money what it is about; null when it is not about money
 */
public record Answer(UUID id, EventType command, @Nullable String failure, @Nullable Money money) {

  /** An amount of one order without children. */
  public record Money(UUID orderId, long amount) {}

  /** Takes the answer into account. True when there is something to write. */
  boolean apply(OrderProcess process, OrderProcess.Moment moment) {
    boolean changed =
        switch (command) {
          case CAPTURE_PAYMENT -> capture(process, moment);
          case REFUND_PAYMENT -> refund(process, moment);
          default -> false;
        };
    if (failure != null && command == EventType.CAPTURE_PAYMENT) {
      process.refused(id, command, failure);
      return true;
    }
    return process.answered(id, command).isPresent() || changed;
  }

  private boolean capture(OrderProcess process, OrderProcess.Moment moment) {
    OrderTree tree = process.tree();
    for (Order leaf : tree.leaves()) {
      for (Shipment shipment : leaf.shipments()) {
        if (shipment.id().equals(id) && !shipment.isPaid()) {
          if (failure == null) {
            leaf.captured(shipment, shipment.amount(), moment.now());
          } else if (shipment.capture() == Shipment.Capture.PENDING) {
            leaf.captureFailed(shipment, moment.now());
          }
          tree.derive(moment.now());
          return true;
        }
      }
    }
    return false;
  }

  private boolean refund(OrderProcess process, OrderProcess.Moment moment) {
    OrderTree tree = process.tree();
    for (Order leaf : tree.leaves()) {
      for (Refund refund : leaf.refunds()) {
        if (refund.id().equals(id)) {
          return refund(process, leaf, refund, moment);
        }
      }
    }
    return refundOfThePayment(tree, moment);
  }

  private boolean refund(
      OrderProcess process, Order leaf, Refund refund, OrderProcess.Moment moment) {
    if (refund.status() == Refund.Status.PENDING && failure == null) {
      leaf.refunded(refund, refund.amount(), moment.now());
      Restock.ask(process, leaf, refund, moment);
    } else if (refund.status() != Refund.Status.FAILED && failure != null) {
      // Also of one that had succeeded: banks send money back that they cannot place.
      leaf.refundFailed(refund, failure, moment.now());
    } else {
      return false;
    }
    process.tree().derive(moment.now());
    return true;
  }

  /** An operator gave money back at the payment: no line asked for it, but it is the order's. */
  private boolean refundOfThePayment(OrderTree tree, OrderProcess.Moment moment) {
    if (money == null || failure != null) {
      return false;
    }
    Order order = tree.find(money.orderId()).orElse(null);
    if (order == null || order.header().split()) {
      return false;
    }
    order.refundedAtThePayment(id, money.amount(), moment.now());
    tree.derive(moment.now());
    return true;
  }
}
