package io.ordersystem.orders.order;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.order.OrderChanged;
import io.ordersystem.contracts.order.OrderChanged.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One order: a root without children, a parent, or a child. Its status changes only here, each
 * transition remembers what it changed, and {@link OrderTable} writes the row, the timeline and the
 * event of one transaction as one version. What concerns a parent and its children together is
 * {@link OrderTree}'s.
 */
public final class Order {
  private Header header;
  private final List<Item> items;
  private final List<Shipment> shipments;
  private final List<Refund> refunds;
  private final OrderStatus statusBefore;
  private OrderStatus status;
  private PaymentStatus paymentStatus;
  private FulfilmentStatus fulfilmentStatus;
  private @Nullable CancelReason cancelReason;
  private Settled settled;
  private long version;
  private Instant updatedAt;
  private boolean contactChanged;
  private final List<Change> changes = new ArrayList<>();

  private Order(Header header, List<Item> items, Parcels parcels, State state) {
    this.header = header;
    this.items = new ArrayList<>(items);
    this.shipments = new ArrayList<>(parcels.shipments());
    this.refunds = new ArrayList<>(parcels.refunds());
    this.statusBefore = state.status();
    this.status = state.status();
    this.paymentStatus = state.paymentStatus();
    this.fulfilmentStatus = state.fulfilmentStatus();
    this.cancelReason = state.cancelReason();
    this.settled = state.settled();
    this.version = state.version();
    this.updatedAt = state.updatedAt();
  }

  /** What left, and what is given back. */
  record Parcels(List<Shipment> shipments, List<Refund> refunds) {
    static final Parcels NONE = new Parcels(List.of(), List.of());
  }

  /**
   * What was settled of the total, in minor units: {@code cancelled + captured <= total} and {@code
   * refunded <= captured}.
   *
   * @param captured what payment-service says was taken
   * @param refunded what payment-service says was given back
   */
  public record Settled(long cancelled, long captured, long refunded) {
    static final Settled NONE = new Settled(0, 0, 0);

    Settled plus(Settled other) {
      return new Settled(
          cancelled + other.cancelled, captured + other.captured, refunded + other.refunded);
    }
  }

  /** What changes of an order. */
  public record State(
      OrderStatus status,
      PaymentStatus paymentStatus,
      FulfilmentStatus fulfilmentStatus,
      @Nullable CancelReason cancelReason,
      Settled settled,
      long version,
      Instant updatedAt) {}

  static Order placed(Header header, List<Item> items) {
    var order =
        new Order(
            header,
            items,
            Parcels.NONE,
            new State(
                OrderStatus.PENDING,
                PaymentStatus.NONE,
                FulfilmentStatus.NONE,
                null,
                Settled.NONE,
                0,
                header.createdAt()));
    order.changed(ChangeType.PLACED, header.createdAt(), null);
    return order;
  }

  static Order stored(Header header, List<Item> items, Parcels parcels, State state) {
    return new Order(header, items, parcels, state);
  }

  void confirm(Instant now) {
    become(OrderStatus.CONFIRMED);
    paymentStatus = header.amounts().total() == 0 ? PaymentStatus.NONE : PaymentStatus.AUTHORIZED;
    items.replaceAll(item -> item.become(ItemStatus.CONFIRMED));
    changed(ChangeType.CONFIRMED, now, null);
  }

  void requireAction(Instant now) {
    if (status != OrderStatus.PENDING) {
      throw new IllegalTransition(header.number(), status, OrderStatus.PENDING);
    }
    if (paymentStatus != PaymentStatus.REQUIRES_ACTION) {
      paymentStatus = PaymentStatus.REQUIRES_ACTION;
      changed(ChangeType.PAYMENT_ACTION_REQUIRED, now, null);
    }
  }

  /**
   * The whole order: all its units and its shipping. Only of an order nothing of which has left.
   */
  void cancel(CancelReason reason, Instant now) {
    become(OrderStatus.CANCELLED);
    cancelReason = reason;
    items.replaceAll(item -> item.cancel(item.open()).cancelShipping());
    items.replaceAll(item -> item.become(ItemStatus.CANCELLED));
    settled = new Settled(header.amounts().total(), settled.captured(), settled.refunded());
    paymentStatus =
        reason == CancelReason.PAYMENT_DECLINED ? PaymentStatus.FAILED : PaymentStatus.NONE;
    changed(ChangeType.CANCELLED, now, reason.name());
  }

  /**
   * Some units, at least one of which stays. Answers what will not be charged for them.
   *
   * @param quantities units by line
   */
  long cancelUnits(Collection<Units> quantities, CancelReason reason, Instant now) {
    long before = cancelledOfItems();
    quantities.forEach(units -> move(units.itemId(), item -> item.cancel(units.quantity())));
    long amount = cancelledOfItems() - before;
    settled = new Settled(settled.cancelled() + amount, settled.captured(), settled.refunded());
    changed(ChangeType.LINES_CANCELLED, now, reason.name());
    progressed(now);
    return amount;
  }

  private long cancelledOfItems() {
    return items.stream().mapToLong(item -> item.progress().cancelledAmount()).sum();
  }

  public void accept(Instant now) {
    become(OrderStatus.PROCESSING);
    items.replaceAll(
        item -> item.status() == ItemStatus.CONFIRMED ? item.become(ItemStatus.PROCESSING) : item);
    changed(ChangeType.ACCEPTED, now, null);
  }

  /** A parcel leaves, its lines checked. Answers it with what it costs. */
  public Shipment ship(
      UUID id, String carrier, String trackingNumber, Collection<Units> units, Instant now) {
    // The first parcel carries the shipping of the whole order.
    long shipping = shipments.isEmpty() ? header.amounts().shipping() : 0;
    long amount = shipping;
    var lines = new ArrayList<Shipment.Line>();
    for (Units leaving : units) {
      amount += item(leaving.itemId()).costOfShipping(leaving.quantity());
      move(leaving.itemId(), item -> item.ship(leaving.quantity()));
      lines.add(new Shipment.Line(leaving.itemId(), leaving.quantity()));
    }
    var shipment =
        new Shipment(
            id,
            carrier,
            trackingNumber,
            lines,
            amount,
            shipping,
            amount == 0 ? Shipment.Capture.NONE : Shipment.Capture.PENDING,
            now,
            null);
    shipments.add(shipment);
    changed(ChangeType.PARCEL_SHIPPED, now, id.toString());
    progressed(now);
    return shipment;
  }

  public void deliver(Shipment shipment, Instant now) {
    replace(shipment.delivered(now));
    shipment.lines().forEach(line -> move(line.itemId(), item -> item.deliver(line.quantity())));
    changed(ChangeType.PARCEL_DELIVERED, now, shipment.id().toString());
    progressed(now);
  }

  /** Money is on its way back, its lines checked. What costs nothing is given back at once. */
  public Refund refund(
      UUID id,
      Collection<Units> units,
      long shippingAmount,
      String reason,
      boolean restock,
      Instant now) {
    var lines = new ArrayList<Refund.Line>();
    long amount = shippingAmount;
    for (Units back : units) {
      long cost = item(back.itemId()).costOfRefunding(back.quantity());
      amount += cost;
      move(back.itemId(), item -> item.refund(back.quantity(), cost));
      lines.add(new Refund.Line(back.itemId(), back.quantity(), cost));
    }
    var refund =
        new Refund(
            id,
            lines,
            amount,
            shippingAmount,
            reason,
            restock,
            Refund.Status.PENDING,
            null,
            now,
            null);
    refunds.add(amount == 0 ? refund.succeeded(now) : refund);
    changed(amount == 0 ? ChangeType.REFUNDED : ChangeType.REFUND_REQUESTED, now, id.toString());
    return refunds.getLast();
  }

  /** The money for a parcel was taken. */
  void captured(Shipment shipment, long amount, Instant now) {
    replace(shipment.become(Shipment.Capture.CAPTURED));
    settled = new Settled(settled.cancelled(), settled.captured() + amount, settled.refunded());
    paymentStatus = derivedPaymentStatus();
    changed(ChangeType.PAYMENT_CAPTURED, now, shipment.id().toString());
  }

  void captureFailed(Shipment shipment, Instant now) {
    replace(shipment.become(Shipment.Capture.FAILED));
    changed(ChangeType.CAPTURE_FAILED, now, shipment.id().toString());
  }

  void refunded(Refund refund, long amount, Instant now) {
    replace(refund.succeeded(now));
    settled = new Settled(settled.cancelled(), settled.captured(), settled.refunded() + amount);
    paymentStatus = derivedPaymentStatus();
    changed(ChangeType.REFUNDED, now, refund.id().toString());
  }

  /** Money was given back that no line asked for. */
  void refundedAtThePayment(UUID refund, long amount, Instant now) {
    refunds.add(Refund.atThePayment(refund, amount, now));
    settled = new Settled(settled.cancelled(), settled.captured(), settled.refunded() + amount);
    paymentStatus = derivedPaymentStatus();
    changed(ChangeType.REFUNDED, now, refund.toString());
  }

  /** The money stays, or is back: the units can be given back another time. */
  void refundFailed(Refund refund, String code, Instant now) {
    if (refund.status() == Refund.Status.SUCCEEDED) {
      settled =
          new Settled(
              settled.cancelled(), settled.captured(), settled.refunded() - refund.amount());
      paymentStatus = derivedPaymentStatus();
    }
    replace(refund.failed(code, now));
    refund
        .lines()
        .forEach(
            line -> move(line.itemId(), item -> item.refund(-line.quantity(), -line.amount())));
    changed(ChangeType.REFUND_FAILED, now, refund.id().toString());
  }

  /** The provider let go of what it held: nothing more can be charged. */
  void lapse(Instant now) {
    if (paymentStatus == PaymentStatus.AUTHORIZED) {
      paymentStatus = PaymentStatus.FAILED;
      changed(ChangeType.PAYMENT_LAPSED, now, null);
    }
  }

  void relocate(Header.Person person, Instant now) {
    if (!Objects.equals(header.shippingAddress(), person.shippingAddress())) {
      changed(ChangeType.ADDRESS_CHANGED, now, null);
    }
    if (!Objects.equals(header.contact(), person.contact())) {
      changed(ChangeType.CONTACT_CHANGED, now, null);
    }
    contactChanged = contactChanged || !header.person().equals(person);
    header = header.with(person);
  }

  /** On a parent: takes over what its children have come to. */
  void derive(List<Order> children, Instant now) {
    List<Order> moved = children.stream().filter(child -> !child.changes.isEmpty()).toList();
    if (moved.isEmpty()) {
      return;
    }
    List<Order> live =
        children.stream().filter(child -> child.status != OrderStatus.CANCELLED).toList();
    OrderStatus before = status;
    moved.forEach(child -> changed(ChangeType.CHILD_CHANGED, now, child.header.number()));
    settled = children.stream().map(child -> child.settled).reduce(Settled.NONE, Settled::plus);
    if (live.isEmpty()) {
      status = OrderStatus.CANCELLED;
      cancelReason = moved.getLast().cancelReason;
      paymentStatus = PaymentStatus.NONE;
      fulfilmentStatus = FulfilmentStatus.NONE;
    } else {
      status = live.stream().map(Order::status).min(OrderStatus::compareTo).orElseThrow();
      fulfilmentStatus = FulfilmentStatus.of(live.stream().map(c -> c.fulfilmentStatus).toList());
      paymentStatus =
          live.stream().anyMatch(child -> child.paymentStatus == PaymentStatus.FAILED)
              ? PaymentStatus.FAILED
              : derivedPaymentStatus();
    }
    if (status != before) {
      changed(reachedBy(status), now, cancelReason == null ? null : cancelReason.name());
    }
  }

  private static ChangeType reachedBy(OrderStatus status) {
    return switch (status) {
      case PENDING -> ChangeType.PLACED;
      case CONFIRMED -> ChangeType.CONFIRMED;
      case PROCESSING -> ChangeType.ACCEPTED;
      case SHIPPED -> ChangeType.SHIPPED;
      case DELIVERED -> ChangeType.DELIVERED;
      case CANCELLED -> ChangeType.CANCELLED;
    };
  }

  /** After units have moved: what the order as a whole has come to. */
  private void progressed(Instant now) {
    int live = items.stream().mapToInt(Item::live).sum();
    int shipped = items.stream().mapToInt(item -> item.progress().shipped()).sum();
    int delivered = items.stream().mapToInt(item -> item.progress().delivered()).sum();
    fulfilmentStatus = FulfilmentStatus.of(live, shipped, delivered);
    paymentStatus = derivedPaymentStatus();
    if (status == OrderStatus.PROCESSING && shipped == live) {
      become(OrderStatus.SHIPPED);
      changed(ChangeType.SHIPPED, now, null);
    }
    if (status == OrderStatus.SHIPPED && delivered == live) {
      become(OrderStatus.DELIVERED);
      changed(ChangeType.DELIVERED, now, null);
    }
  }

  private PaymentStatus derivedPaymentStatus() {
    return paymentStatus == PaymentStatus.FAILED
        ? paymentStatus
        : PaymentStatus.of(header.amounts().total(), settled);
  }

  private void become(OrderStatus next) {
    if (!status.next().contains(next)) {
      throw new IllegalTransition(header.number(), status, next);
    }
    status = next;
  }

  private void changed(ChangeType type, Instant time, @Nullable String detail) {
    if (changes.isEmpty()) {
      version++;
    }
    updatedAt = time;
    changes.add(new Change(type.wire(), time, detail));
  }

  private void move(UUID itemId, UnaryOperator<Item> step) {
    items.replaceAll(item -> item.id().equals(itemId) ? step.apply(item) : item);
  }

  private void replace(Shipment next) {
    shipments.replaceAll(shipment -> shipment.id().equals(next.id()) ? next : shipment);
  }

  private void replace(Refund next) {
    refunds.replaceAll(refund -> refund.id().equals(next.id()) ? next : refund);
  }

  public Item item(UUID itemId) {
    return items.stream()
        .filter(item -> item.id().equals(itemId))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no line " + itemId));
  }

  /** What this transition changed; empty when nothing. */
  List<Change> changes() {
    return List.copyOf(changes);
  }

  /** Whether the person behind the order or its address is another than before. */
  boolean isContactChanged() {
    return contactChanged;
  }

  /** The kind of event that the changes make: the furthest-reaching one names it. */
  EventType eventType() {
    return ChangeType.named(changes.getLast().type()).event();
  }

  OrderChanged event(OrderTree tree) {
    Amounts amounts = header.amounts();
    return new OrderChanged(
        header.id(),
        header.rootId(),
        header.parentId(),
        header.number(),
        header.customerId(),
        header.sellerId(),
        status.name(),
        paymentStatus.name(),
        fulfilmentStatus.name(),
        cancelReason == null ? null : cancelReason.name(),
        header.currency(),
        amounts.goods(),
        amounts.shipping(),
        amounts.discount(),
        amounts.tax(),
        amounts.total(),
        items.stream().map(Item::event).toList(),
        header.split()
            ? tree.children().stream().map(child -> child.header().id()).toList()
            : List.of(),
        changes(),
        tree.root().status().name(),
        settled.cancelled(),
        settled.captured(),
        settled.refunded(),
        shipments.stream().map(Shipment::event).toList(),
        refunds.stream().map(Refund::event).toList());
  }

  public Header header() {
    return header;
  }

  public List<Item> items() {
    return List.copyOf(items);
  }

  public List<Shipment> shipments() {
    return List.copyOf(shipments);
  }

  public List<Refund> refunds() {
    return List.copyOf(refunds);
  }

  public State state() {
    return new State(
        status,
        paymentStatus,
        fulfilmentStatus,
        cancelReason,
        settled,
        version,
        Objects.requireNonNull(updatedAt));
  }

  /** What it was when it was read or placed. */
  OrderStatus statusBefore() {
    return statusBefore;
  }

  public OrderStatus status() {
    return status;
  }

  public long version() {
    return version;
  }
}
