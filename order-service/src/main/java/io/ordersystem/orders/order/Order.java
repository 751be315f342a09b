package io.ordersystem.orders.order;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.order.OrderChanged;
import io.ordersystem.contracts.order.OrderChanged.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One order: a root without children, a parent, or a child. Its status changes only here, each
 * transition remembers what it changed, and {@link OrderTable} writes the row, the timeline and the
 * event of one transaction as one version.
 */
public final class Order {
  private final Header header;
  private final List<Item> items;
  private OrderStatus status;
  private PaymentStatus paymentStatus;
  private final FulfilmentStatus fulfilmentStatus;
  private @Nullable CancelReason cancelReason;
  private long version;
  private Instant updatedAt;
  private final List<Change> changes = new ArrayList<>();

  private Order(Header header, List<Item> items, State state) {
    this.header = header;
    this.items = new ArrayList<>(items);
    this.status = state.status();
    this.paymentStatus = state.paymentStatus();
    this.fulfilmentStatus = state.fulfilmentStatus();
    this.cancelReason = state.cancelReason();
    this.version = state.version();
    this.updatedAt = state.updatedAt();
  }

  /** What changes of an order. */
  public record State(
      OrderStatus status,
      PaymentStatus paymentStatus,
      FulfilmentStatus fulfilmentStatus,
      @Nullable CancelReason cancelReason,
      long version,
      Instant updatedAt) {}

  static Order placed(Header header, List<Item> items) {
    var order =
        new Order(
            header,
            items,
            new State(
                OrderStatus.PENDING,
                PaymentStatus.NONE,
                FulfilmentStatus.NONE,
                null,
                0,
                header.createdAt()));
    order.changed("placed", header.createdAt(), null);
    return order;
  }

  static Order stored(Header header, List<Item> items, State state) {
    return new Order(header, items, state);
  }

  void confirm(Instant now) {
    become(OrderStatus.CONFIRMED);
    paymentStatus = header.amounts().total() == 0 ? PaymentStatus.NONE : PaymentStatus.AUTHORIZED;
    items.replaceAll(item -> item.become(ItemStatus.CONFIRMED));
    changed("confirmed", now, null);
  }

  void requireAction(Instant now) {
    if (status != OrderStatus.PENDING) {
      throw new IllegalTransition(header.number(), status, OrderStatus.PENDING);
    }
    if (paymentStatus != PaymentStatus.REQUIRES_ACTION) {
      paymentStatus = PaymentStatus.REQUIRES_ACTION;
      changed("payment-action-required", now, null);
    }
  }

  void cancel(CancelReason reason, Instant now) {
    become(OrderStatus.CANCELLED);
    cancelReason = reason;
    paymentStatus =
        reason == CancelReason.PAYMENT_DECLINED ? PaymentStatus.FAILED : PaymentStatus.NONE;
    items.replaceAll(item -> item.become(ItemStatus.CANCELLED));
    changed("cancelled", now, reason.name());
  }

  private void become(OrderStatus next) {
    if (!status.next().contains(next)) {
      throw new IllegalTransition(header.number(), status, next);
    }
    status = next;
  }

  private void changed(String type, Instant time, @Nullable String detail) {
    if (changes.isEmpty()) {
      version++;
    }
    updatedAt = time;
    changes.add(new Change(type, time, detail));
  }

  /** What this transaction changed; empty when nothing. */
  List<Change> changes() {
    return List.copyOf(changes);
  }

  /** The kind of event that the changes make: the furthest-reaching one names it. */
  EventType eventType() {
    return switch (changes.getLast().type()) {
      case "placed" -> EventType.ORDER_PLACED;
      case "confirmed" -> EventType.ORDER_CONFIRMED;
      case "cancelled" -> EventType.ORDER_CANCELLED;
      default -> EventType.ORDER_UPDATED;
    };
  }

  OrderChanged event(List<java.util.UUID> childIds) {
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
        childIds,
        changes());
  }

  public Header header() {
    return header;
  }

  public List<Item> items() {
    return List.copyOf(items);
  }

  public State state() {
    return new State(
        status,
        paymentStatus,
        fulfilmentStatus,
        cancelReason,
        version,
        Objects.requireNonNull(updatedAt));
  }

  public OrderStatus status() {
    return status;
  }

  public long version() {
    return version;
  }
}
