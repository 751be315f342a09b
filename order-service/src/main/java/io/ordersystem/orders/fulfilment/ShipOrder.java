package io.ordersystem.orders.fulfilment;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.CommitStock;
import io.ordersystem.contracts.payment.CapturePayment;
import io.ordersystem.orders.order.ChangeOrder.Changing;
import io.ordersystem.orders.order.IllegalTransition;
import io.ordersystem.orders.order.Lines;
import io.ordersystem.orders.order.Order;
import io.ordersystem.orders.order.OrderStatus;
import io.ordersystem.orders.order.OrderTree;
import io.ordersystem.orders.order.PaymentStatus;
import io.ordersystem.orders.order.Shipment;
import io.ordersystem.orders.order.Units;
import io.ordersystem.orders.order.UnitsRequest;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;

/**
 * A parcel leaves: its goods leave the stock, its share of the money is taken. That it has left is
 * a fact; a capture that fails is for people to sort out.
 */
final class ShipOrder {
  /** As many captures as the provider allows for one payment. */
  static final int MOST_SHIPMENTS = 50;

  private static final ProblemType NOT_AUTHORISED =
      new ProblemType(409, "payment-not-authorised", "The money is not held any more");

  private ShipOrder() {}

  static void ship(Changing changing, ShipOrderRequest request) {
    changing.standing().mustFulfil();
    changing.mustNotBeParent();
    Order order = changing.order();
    if (order.status() != OrderStatus.PROCESSING) {
      throw new IllegalTransition(order, "shipment", EnumSet.of(OrderStatus.PROCESSING));
    }
    if (order.state().paymentStatus() == PaymentStatus.FAILED) {
      throw new DomainException(
          NOT_AUTHORISED, "the authorisation of order " + order.header().number() + " has lapsed");
    }
    List<Units> asked = UnitsRequest.units(request.lines());
    List<Units> units = Lines.merged(asked);
    units.forEach(leaving ->
        Lines.requireAtMost(
            asked, leaving, Lines.get(order, asked, leaving).open(), "can be shipped"));
    requireRoom(changing.tree());
    UUID id = changing.ids().next();
    Shipment shipment =
        order.ship(id, request.carrier(), request.trackingNumber(), units, changing.moment().now());
    ask(changing, order, shipment);
    changing.tree().derive(changing.moment().now());
  }

  private static void ask(Changing changing, Order order, Shipment shipment) {
    UUID rootId = changing.tree().id();
    var lines =
        shipment.lines().stream()
            .map(line ->
                new CommitStock.Line(order.item(line.itemId()).reservationKey(), line.quantity()))
            .toList();
    changing
        .process()
        .ask(
            shipment.id(),
            EventType.COMMIT_STOCK,
            new CommitStock(rootId.toString(), shipment.id().toString(), lines),
            changing.moment());
    if (shipment.amount() > 0) {
      changing
          .process()
          .ask(
              shipment.id(),
              EventType.CAPTURE_PAYMENT,
              new CapturePayment(shipment.id(), rootId, order.header().id(), shipment.amount()),
              changing.moment());
    }
  }

  private static void requireRoom(OrderTree tree) {
    int shipments = tree.leaves().stream().mapToInt(leaf -> leaf.shipments().size()).sum();
    if (shipments >= MOST_SHIPMENTS) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          "an order leaves in at most " + MOST_SHIPMENTS + " parcels");
    }
  }
}
