package io.ordersystem.orders.order;

import io.ordersystem.contracts.inventory.ReserveStock;
import io.ordersystem.contracts.payment.AuthorizePayment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A root order with its children: what is locked, changed and written together. Order-wide
 * transitions go through here, so that a parent and its children never disagree.
 */
public final class OrderTree {
  private final Order root;
  private final List<Order> children;

  OrderTree(Order root, List<Order> children) {
    this.root = root;
    this.children = List.copyOf(children);
  }

  public Order root() {
    return root;
  }

  public List<Order> children() {
    return children;
  }

  public UUID id() {
    return root.header().id();
  }

  /** The orders that have items: the children, or the root itself. */
  public List<Order> leaves() {
    return children.isEmpty() ? List.of(root) : children;
  }

  /** Root first, then the children in their order. */
  public List<Order> orders() {
    return Stream.concat(Stream.of(root), children.stream()).toList();
  }

  /** The order of that id within the tree. */
  public Optional<Order> find(UUID orderId) {
    return orders().stream().filter(order -> order.header().id().equals(orderId)).findFirst();
  }

  /** The leaves that were not cancelled. */
  public List<Order> live() {
    return leaves().stream().filter(leaf -> leaf.status() != OrderStatus.CANCELLED).toList();
  }

  public void confirm(Instant now) {
    orders().forEach(order -> order.confirm(now));
  }

  public void requireAction(Instant now) {
    orders().forEach(order -> order.requireAction(now));
  }

  /** Everything that was not cancelled before. */
  public void cancel(CancelReason reason, Instant now) {
    orders().stream()
        .filter(order -> order.status() != OrderStatus.CANCELLED)
        .forEach(order -> order.cancel(reason, now));
  }

  void lapse(Instant now) {
    orders().stream()
        .filter(order -> order.status() != OrderStatus.CANCELLED)
        .forEach(order -> order.lapse(now));
  }

  public void relocate(Header.Person person, Instant now) {
    orders().forEach(order -> order.relocate(person, now));
  }

  /** After children have changed: their parent takes it over, as one version. */
  public void derive(Instant now) {
    if (!children.isEmpty()) {
      root.derive(children, now);
    }
  }

  /** The command that holds all lines of the order, or none. */
  public ReserveStock reserveStock() {
    var lines = new ArrayList<ReserveStock.Line>();
    for (Order leaf : leaves()) {
      for (Item item : leaf.items()) {
        lines.add(
            new ReserveStock.Line(
                item.reservationKey(), item.variantId(), item.sellerId(), item.quantity()));
      }
    }
    return new ReserveStock(id().toString(), lines);
  }

  /** The command that authorises the whole amount, with one share per leaf. */
  public AuthorizePayment authorizePayment() {
    Header header = root.header();
    return new AuthorizePayment(
        paymentId(),
        id(),
        header.customerId(),
        header.amounts().total(),
        header.currency(),
        header.paymentMethod(),
        leaves().stream()
            .map(leaf ->
                new AuthorizePayment.Share(
                    leaf.header().id(),
                    String.valueOf(leaf.header().sellerId()),
                    leaf.header().amounts().total()))
            .toList());
  }

  /**
   * The payment's id. An order has one payment, so it follows from the order's id: a command that
   * is sent again names the same one.
   */
  public UUID paymentId() {
    long variant = 1L << 63; // the two bits "10" of RFC 9562
    long random = ~id().getLeastSignificantBits() & ((1L << 62) - 1);
    return new UUID(id().getMostSignificantBits(), variant | random);
  }
}
