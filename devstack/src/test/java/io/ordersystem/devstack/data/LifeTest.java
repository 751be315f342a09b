package io.ordersystem.devstack.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.data.MadeOrder.Leaf;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LifeTest {
  private static final Instant PLACED = Instant.parse("2026-11-01T12:00:00Z");

  @Test
  void aChildHasAVersionPerStepAndItsParentOnePerStepOfAChild() {
    MadeOrder order = order(Fate.DELIVERED, 2);
    Life life = Life.of(order);
    assertThat(life.steps(order, order.leaves().getFirst()))
        .extracting(Life.Step::type)
        .containsExactly("placed", "confirmed", "accepted", "shipped", "delivered");
    assertThat(life.stepsOfParent(order))
        .extracting(Life.Step::type)
        .containsExactly(
            "placed",
            "confirmed",
            "child-changed",
            "accepted",
            "child-changed",
            "shipped",
            "child-changed",
            "delivered");
    assertThat(life.stepsOfParent(order))
        .extracting(Life.Step::status)
        .containsExactly(
            "PENDING",
            "CONFIRMED",
            "CONFIRMED",
            "PROCESSING",
            "PROCESSING",
            "SHIPPED",
            "SHIPPED",
            "DELIVERED");
  }

  @Test
  void everyLifeEndsInItsStatusAndWithinItsTime() {
    for (Fate fate : Fate.values()) {
      MadeOrder order = order(fate, 1);
      List<Life.Step> steps = Life.of(order).steps(order, order.leaves().getFirst());
      assertThat(steps.getLast().status()).isEqualTo(fate.status);
      assertThat(steps).extracting(Life.Step::time).isSortedAccordingTo(Comparator.naturalOrder());
      assertThat(steps.getLast().time()).isBefore(PLACED.plus(FillMonth.LIFE));
    }
  }

  private static MadeOrder order(Fate fate, int children) {
    List<Leaf> leaves =
        java.util.stream.IntStream.range(0, children)
            .mapToObj(i -> new Leaf(new UUID(1, i), "n-" + i, i, new UUID(2, i), List.of()))
            .toList();
    return new MadeOrder(new UUID(0, 0x3ff), "n", 0, PLACED, fate, leaves);
  }
}
