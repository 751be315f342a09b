package io.ordersystem.orders.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * What an order must do, written anew without the service's code: each unit of each line is one
 * cell with its price, and steps move cells.
 */
final class OrderModel {
  enum Unit {
    OPEN,
    CANCELLED,
    SHIPPED,
    REFUNDED
  }

  static final class Line {
    final long[] prices;
    final Unit[] units;
    final long shipping;

    Line(int quantity, long goods, long shipping) {
      this.shipping = shipping;
      this.prices = new long[quantity];
      this.units = new Unit[quantity];
      Arrays.fill(units, Unit.OPEN);
      for (int i = 0; i < quantity; i++) {
        prices[i] = goods * (i + 1) / quantity - goods * i / quantity;
      }
    }

    int count(Unit state) {
      return (int) Arrays.stream(units).filter(unit -> unit == state).count();
    }

    /** Moves so many units, from the front or from the back; answers what they cost. */
    long move(Unit from, Unit to, int howMany, boolean front) {
      long cost = 0;
      int left = howMany;
      for (int k = 0; k < units.length && left > 0; k++) {
        int i = front ? k : units.length - 1 - k;
        if (units[i] == from) {
          units[i] = to;
          cost += prices[i];
          left--;
        }
      }
      return cost;
    }
  }

  static final class Parcel {
    final TreeMap<Integer, Integer> lines;
    final long amount;
    final long shipping;
    boolean paid;
    boolean delivered;

    Parcel(TreeMap<Integer, Integer> lines, long amount, long shipping) {
      this.lines = lines;
      this.amount = amount;
      this.shipping = shipping;
      this.paid = amount == 0;
    }
  }

  static final class Leaf {
    final List<Line> lines = new ArrayList<>();
    final List<Parcel> parcels = new ArrayList<>();
    String status = "CONFIRMED";
    long cancelled;
    long captured;
    long refunded;
    long shippingRefunded;

    long shipping() {
      return lines.stream().mapToLong(line -> line.shipping).sum();
    }

    int units(Unit... states) {
      return lines.stream()
          .mapToInt(line -> Arrays.stream(states).mapToInt(line::count).sum())
          .sum();
    }

    int paidUnits(int line) {
      return parcels.stream()
          .filter(parcel -> parcel.paid)
          .mapToInt(parcel -> parcel.lines.getOrDefault(line, 0))
          .sum();
    }

    void progress() {
      int open = units(Unit.OPEN);
      int left = units(Unit.SHIPPED, Unit.REFUNDED);
      int delivered =
          parcels.stream()
              .filter(parcel -> parcel.delivered)
              .mapToInt(parcel -> parcel.lines.values().stream().mapToInt(n -> n).sum())
              .sum();
      if (status.equals("PROCESSING") && open == 0 && left > 0) {
        status = "SHIPPED";
      }
      if (status.equals("SHIPPED") && delivered == left) {
        status = "DELIVERED";
      }
    }

    void cancelAll() {
      for (Line line : lines) {
        cancelled += line.move(Unit.OPEN, Unit.CANCELLED, line.units.length, false);
      }
      cancelled += shipping();
      status = "CANCELLED";
    }
  }

  final List<Leaf> leaves = new ArrayList<>();

  List<Leaf> live() {
    return leaves.stream().filter(leaf -> !leaf.status.equals("CANCELLED")).toList();
  }

  String status() {
    List<String> order = List.of("CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED");
    return live().stream()
        .map(leaf -> leaf.status)
        .min((a, b) -> Integer.compare(order.indexOf(a), order.indexOf(b)))
        .orElse("CANCELLED");
  }

  /** The status that the step must be answered with; what is done is done in the model. */
  int apply(Step step) {
    Leaf leaf = leaves.get(step.leaf() % leaves.size());
    boolean customer = step.role().equals("customer");
    return switch (step.kind()) {
      case ACCEPT -> customer ? 403 : accept(leaf);
      case SHIP -> customer ? 403 : ship(leaf, step);
      case DELIVER -> customer ? 403 : deliver(leaf, step);
      case CANCEL_ALL -> cancelAll(leaf, customer);
      case CANCEL_UNITS -> cancelUnits(leaf, step, customer);
      case REFUND -> customer ? 403 : refund(leaf, step);
    };
  }

  private static int accept(Leaf leaf) {
    if (!leaf.status.equals("CONFIRMED")) {
      return 409;
    }
    leaf.status = "PROCESSING";
    return 200;
  }

  private static int ship(Leaf leaf, Step step) {
    if (!leaf.status.equals("PROCESSING")) {
      return 409;
    }
    var units = step.units(leaf.lines.size());
    if (isOver(leaf, units)) {
      return 422;
    }
    long shipping = leaf.parcels.isEmpty() ? leaf.shipping() : 0;
    long amount = shipping;
    for (var entry : units.entrySet()) {
      amount +=
          leaf.lines.get(entry.getKey()).move(Unit.OPEN, Unit.SHIPPED, entry.getValue(), true);
    }
    leaf.parcels.add(new Parcel(units, amount, shipping));
    leaf.progress();
    return 201;
  }

  private static boolean isOver(Leaf leaf, TreeMap<Integer, Integer> units) {
    return units.entrySet().stream()
        .anyMatch(entry -> entry.getValue() > leaf.lines.get(entry.getKey()).count(Unit.OPEN));
  }

  private static int deliver(Leaf leaf, Step step) {
    if (step.index() >= leaf.parcels.size()) {
      return 404;
    }
    Parcel parcel = leaf.parcels.get(step.index());
    if (parcel.delivered) {
      return 409;
    }
    parcel.delivered = true;
    leaf.progress();
    return 200;
  }

  private static boolean mayCancel(Leaf leaf, boolean customer) {
    return leaf.status.equals("CONFIRMED") || (!customer && leaf.status.equals("PROCESSING"));
  }

  private static int cancelAll(Leaf leaf, boolean customer) {
    if (!mayCancel(leaf, customer) || !leaf.parcels.isEmpty()) {
      return 409;
    }
    leaf.cancelAll();
    return 200;
  }

  private static int cancelUnits(Leaf leaf, Step step, boolean customer) {
    var units = step.units(leaf.lines.size());
    if (!leaf.status.equals("CANCELLED") && isOver(leaf, units)) {
      return 422;
    }
    if (!mayCancel(leaf, customer)) {
      return 409;
    }
    int wanted = units.values().stream().mapToInt(n -> n).sum();
    if (wanted == leaf.units(Unit.OPEN) && leaf.parcels.isEmpty()) {
      leaf.cancelAll();
      return 200;
    }
    units.forEach((line, howMany) ->
        leaf.cancelled += leaf.lines.get(line).move(Unit.OPEN, Unit.CANCELLED, howMany, false));
    leaf.progress();
    return 200;
  }

  private static int refund(Leaf leaf, Step step) {
    var units = step.units(leaf.lines.size());
    boolean over =
        units.entrySet().stream()
            .anyMatch(entry -> {
              int line = entry.getKey();
              return entry.getValue()
                  > leaf.paidUnits(line) - leaf.lines.get(line).count(Unit.REFUNDED);
            });
    long paidShipping = leaf.parcels.stream().filter(p -> p.paid).mapToLong(p -> p.shipping).sum();
    if (leaf.captured == 0 || over || step.shipping() > paidShipping - leaf.shippingRefunded) {
      return 409;
    }
    return 201;
  }

  /** payment-service has answered the last parcel's capture. */
  void captured(Step step, boolean paid) {
    Leaf leaf = leaves.get(step.leaf() % leaves.size());
    Parcel parcel = leaf.parcels.getLast();
    if (paid && !parcel.paid) {
      parcel.paid = true;
      leaf.captured += parcel.amount;
    }
  }

  /** payment-service has answered the refund; one that failed leaves everything as it was. */
  void refunded(Step step, boolean done) {
    if (!done) {
      return;
    }
    Leaf leaf = leaves.get(step.leaf() % leaves.size());
    long amount = step.shipping();
    for (var entry : step.units(leaf.lines.size()).entrySet()) {
      amount +=
          leaf.lines.get(entry.getKey()).move(Unit.SHIPPED, Unit.REFUNDED, entry.getValue(), true);
    }
    leaf.refunded += amount;
    leaf.shippingRefunded += step.shipping();
  }
}
