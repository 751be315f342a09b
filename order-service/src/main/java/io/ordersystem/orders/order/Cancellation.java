package io.ordersystem.orders.order;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.ReleaseStock;
import io.ordersystem.contracts.payment.ReleasePayment;
import io.ordersystem.orders.order.ChangeOrder.Changing;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Cancels an order, a child of one, or some units, by the rules of who may do so until when. What
 * ends with nothing left to deliver is a cancellation of the whole.
 */
public final class Cancellation {
  private static final Set<OrderStatus> BY_CUSTOMER =
      EnumSet.of(OrderStatus.PENDING, OrderStatus.CONFIRMED);
  private static final Set<OrderStatus> UNSHIPPED =
      EnumSet.of(OrderStatus.PENDING, OrderStatus.CONFIRMED, OrderStatus.PROCESSING);

  private final Changing changing;
  private final OrderTree tree;
  private final Set<OrderStatus> allowed;
  private final CancelReason reason;

  private Cancellation(Changing changing, CancelReason reason, Set<OrderStatus> allowed) {
    this.changing = changing;
    this.tree = changing.tree();
    this.reason = reason;
    this.allowed = allowed;
  }

  /** By the caller of the change, as what it is to the order allows. */
  public static Cancellation by(Changing changing) {
    Standing standing = changing.standing();
    if (standing.trusted()) {
      return new Cancellation(changing, CancelReason.OPERATOR, UNSHIPPED);
    }
    return standing.seller()
        ? new Cancellation(changing, CancelReason.SELLER, UNSHIPPED)
        : new Cancellation(changing, CancelReason.CUSTOMER, BY_CUSTOMER);
  }

  /**
   * All of the order: of a parent all children that are not cancelled yet.
   *
   * @throws IllegalTransition when one of them is too far
   */
  public void all() {
    Order order = changing.order();
    List<Order> leaves = order.header().isRoot() ? tree.live() : List.of(order);
    if (leaves.isEmpty()) {
      throw new IllegalTransition(order, "cancellation", allowed);
    }
    leaves.forEach(this::mustBeUnshipped);
    if (leaves.size() == tree.live().size()) {
      wholeTree();
      return;
    }
    mustBeDecided(order);
    var units = new LinkedHashMap<Order, List<Units>>();
    units.put(order, open(order));
    carryOut(units);
  }

  /**
   * Some units.
   *
   * @param lines in the order of the request, to which refusals point; a line may come twice
   */
  public void units(List<Units> lines) {
    Map<Order, List<Units>> byLeaf = byLeaf(lines);
    byLeaf.keySet().forEach(this::mustBeAllowed);
    if (tree.live().stream().allMatch(leaf -> takesAll(leaf, byLeaf.get(leaf)))) {
      wholeTree();
      return;
    }
    mustBeDecided(changing.order());
    carryOut(byLeaf);
  }

  private void wholeTree() {
    changing.process().handle(Saga.Input.CANCEL_REQUESTED, reason, changing.moment());
  }

  private void carryOut(Map<Order, List<Units>> byLeaf) {
    UUID cancellation = changing.ids().next();
    OrderProcess process = changing.process();
    var released = new ArrayList<ReleaseStock.Line>();
    for (Map.Entry<Order, List<Units>> entry : byLeaf.entrySet()) {
      Order leaf = entry.getKey();
      entry
          .getValue()
          .forEach(units ->
              released.add(
                  new ReleaseStock.Line(
                      leaf.item(units.itemId()).reservationKey(), units.quantity())));
      long amount = cancel(leaf, entry.getValue());
      boolean held = leaf.state().paymentStatus() != PaymentStatus.FAILED;
      if (amount > 0 && held && tree.root().header().amounts().total() > 0) {
        UUID operation = changing.ids().next();
        process.ask(
            operation,
            EventType.RELEASE_PAYMENT,
            new ReleasePayment(operation, tree.id(), leaf.header().id(), amount, reason.name()),
            changing.moment());
      }
    }
    process.ask(
        cancellation,
        EventType.RELEASE_STOCK,
        new ReleaseStock(tree.id().toString(), reason.name(), cancellation.toString(), released),
        changing.moment());
    tree.derive(changing.moment().now());
  }

  /** What will not be charged. */
  private long cancel(Order leaf, List<Units> units) {
    if (takesAll(leaf, units)) {
      long before = leaf.state().settled().cancelled();
      leaf.cancel(reason, changing.moment().now());
      return leaf.state().settled().cancelled() - before;
    }
    return leaf.cancelUnits(units, reason, changing.moment().now());
  }

  /** Whether nothing of the leaf would be left, shipped or not. */
  private static boolean takesAll(Order leaf, @Nullable List<Units> units) {
    if (units == null) {
      return false;
    }
    int cancelled = units.stream().mapToInt(Units::quantity).sum();
    return cancelled == leaf.items().stream().mapToInt(Item::live).sum();
  }

  private static List<Units> open(Order leaf) {
    return leaf.items().stream()
        .filter(item -> item.open() > 0)
        .map(item -> new Units(item.id(), item.open()))
        .toList();
  }

  private Map<Order, List<Units>> byLeaf(List<Units> lines) {
    List<Order> leaves =
        changing.order().header().split() ? tree.leaves() : List.of(changing.order());
    var byLeaf = new LinkedHashMap<Order, List<Units>>();
    for (Units units : Lines.merged(lines)) {
      Order leaf =
          leaves.stream()
              .filter(candidate -> Lines.find(candidate, units.itemId()).isPresent())
              .findFirst()
              .orElseThrow(() -> Lines.unknown(lines, units));
      if (leaf.status() != OrderStatus.CANCELLED) {
        Lines.requireAtMost(lines, units, leaf.item(units.itemId()).open(), "can be cancelled");
      }
      byLeaf.computeIfAbsent(leaf, any -> new ArrayList<>()).add(units);
    }
    return byLeaf;
  }

  private void mustBeAllowed(Order leaf) {
    if (!allowed.contains(leaf.status())) {
      throw new IllegalTransition(leaf, "cancellation", allowed);
    }
  }

  private void mustBeUnshipped(Order leaf) {
    mustBeAllowed(leaf);
    if (!leaf.shipments().isEmpty()) {
      throw new IllegalTransition(leaf, "a part of it has been shipped: name the lines to cancel");
    }
  }

  /** While stock and money are being asked for as a whole, only the whole can be cancelled. */
  private static void mustBeDecided(Order order) {
    if (order.status() == OrderStatus.PENDING) {
      throw new IllegalTransition(
          order, "a part of it can be cancelled once it is CONFIRMED, until then only all of it");
    }
  }
}
