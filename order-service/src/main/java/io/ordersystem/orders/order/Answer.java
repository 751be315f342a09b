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
 */
public record Answer(UUID id, EventType command, @Nullable String failure) {

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
        if (refund.id().equals(id) && refund.status() == Refund.Status.PENDING) {
          if (failure == null) {
            leaf.refunded(refund, refund.amount(), moment.now());
            Restock.ask(process, leaf, refund, moment);
          } else {
            leaf.refundFailed(refund, failure, moment.now());
          }
          tree.derive(moment.now());
          return true;
        }
      }
    }
    return false;
  }
}
