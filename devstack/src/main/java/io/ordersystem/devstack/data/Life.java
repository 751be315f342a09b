package io.ordersystem.devstack.data;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * When what happened to an order. It follows from the order alone, and fits into {@link
 * FillMonth#LIFE}.
 */
record Life(
    Fate fate,
    Instant placed,
    Instant decided,
    Instant accepted,
    Instant shipped,
    Instant delivered) {
  static Life of(MadeOrder order) {
    Instant placed = order.placed();
    int differing = order.id().hashCode() & 0x3ff;
    Duration step = Duration.ofMinutes(60 + differing);
    return new Life(
        order.fate(),
        placed,
        placed.plusMillis(800 + differing),
        placed.plus(step),
        placed.plus(step.multipliedBy(2)),
        placed.plus(step.multipliedBy(5)));
  }

  boolean isDelivered() {
    return fate == Fate.DELIVERED;
  }

  /**
   * One version of an order.
   *
   * @param status of the order from then on
   */
  record Step(String type, Instant time, String actor, String status) {}

  /** The versions of an order that is no parent. */
  List<Step> steps(MadeOrder order, MadeOrder.Leaf leaf) {
    List<Step> steps = decision(order);
    int progress = progress();
    if (progress > 0) {
      steps.add(new Step("accepted", accepted, leaf.sellerId(), "PROCESSING"));
    }
    if (progress > 1) {
      steps.add(new Step("shipped", shipped, leaf.sellerId(), "SHIPPED"));
    }
    if (progress > 2) {
      steps.add(new Step("delivered", delivered, "carrier", "DELIVERED"));
    }
    return steps;
  }

  /**
   * The versions of a parent: one more with each child's, and it is as far as its least advanced
   * child.
   */
  List<Step> stepsOfParent(MadeOrder order) {
    List<Step> steps = decision(order);
    String[] types = {"accepted", "shipped", "delivered"};
    Instant[] times = {accepted, shipped, delivered};
    String[] statuses = {"CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED"};
    for (int i = 0; i < progress(); i++) {
      for (int child = 1; child <= order.leaves().size(); child++) {
        boolean last = child == order.leaves().size();
        steps.add(
            new Step(
                last ? types[i] : "child-changed",
                times[i],
                order.leaves().get(child - 1).sellerId(),
                statuses[last ? i + 1 : i]));
      }
    }
    return steps;
  }

  private List<Step> decision(MadeOrder order) {
    var steps = new ArrayList<Step>();
    steps.add(new Step("placed", placed, order.customerId(), "PENDING"));
    steps.add(
        switch (fate) {
          case OUT_OF_STOCK -> new Step("cancelled", decided, "saga", "CANCELLED");
          case CUSTOMER -> new Step("cancelled", decided, order.customerId(), "CANCELLED");
          default -> new Step("confirmed", decided, "saga", "CONFIRMED");
        });
    return steps;
  }

  /** How many of accepted, shipped and delivered. */
  private int progress() {
    return switch (fate) {
      case DELIVERED -> 3;
      case SHIPPED -> 2;
      case PROCESSING -> 1;
      default -> 0;
    };
  }
}
