package io.ordersystem.devstack.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersystem.devstack.data.MadeOrder.Leaf;
import io.ordersystem.devstack.data.MadeOrder.Line;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OrderMakerTest {
  private static final Instant NOW = Instant.parse("2026-11-26T14:00:00Z");
  private static final int ORDERS = 20_000;
  private static final List<MadeOrder> MADE = made(1);

  private static List<MadeOrder> made(long seed) {
    FillPlan plan = FillPlan.of(ORDERS, 4, seed);
    var maker = new OrderMaker(plan);
    var made = new ArrayList<MadeOrder>();
    FillMonth.of(plan, NOW).forEach(month -> maker.make(month, made::add));
    return made;
  }

  private static double share(long orders) {
    return orders / (double) ORDERS;
  }

  @Test
  void theSameSeedMakesTheSameOrdersAndAnotherSeedMakesOthers() {
    assertThat(made(1)).isEqualTo(MADE);
    assertThat(Collections.disjoint(new HashSet<>(made(2)), MADE)).isTrue();
  }

  @Test
  void idsAndNumbersAreUniqueAndLieInTheirMonth() {
    assertThat(MADE).hasSize(ORDERS);
    var numbers = new HashSet<String>();
    var ids = new HashSet<UUID>();
    for (MadeOrder order : MADE) {
      assertThat(order.number()).matches("\\d{6}-[0-9A-HJKMNP-TV-Z]{7}");
      assertThat(numbers.add(order.number())).isTrue();
      for (Leaf leaf : order.leaves()) {
        assertThat(ids.add(leaf.id())).isTrue();
        assertThat(leaf.id().version()).isEqualTo(7);
        assertThat(leaf.id().variant()).isEqualTo(2);
        assertThat(leaf.id().getMostSignificantBits() >>> 16)
            .isEqualTo(order.placed().toEpochMilli());
        assertThat(leaf.lines()).allSatisfy(line -> assertThat(ids.add(line.id())).isTrue());
      }
    }
    for (FillMonth month : FillMonth.of(FillPlan.of(ORDERS, 4, 1), NOW)) {
      assertThat(MADE.subList(month.first(), month.first() + month.orders()))
          .allSatisfy(order -> assertThat(order.placed()).isBetween(month.from(), month.until()));
    }
  }

  @Test
  void whatWasNotCancelledCostsNothingAndTheRestAddsUp() {
    for (MadeOrder order : MADE) {
      for (Line line : order.lines()) {
        assertThat(line.discount()).isLessThanOrEqualTo(line.goods());
        assertThat(line.total()).isEqualTo(line.goods() - line.discount() + line.shipping());
      }
      long total = MadeOrder.sum(order.lines(), Line::total);
      assertThat(total == 0).isEqualTo(!order.fate().isCancelled());
    }
  }

  @Test
  void aFewHaveMostAndOrdersLookLikeAMarketplaces() {
    assertThat(MADE).allSatisfy(order -> assertThat(order.lines()).hasSizeBetween(1, 5));
    assertThat(MADE.stream().mapToInt(order -> order.lines().size()).average().orElseThrow())
        .isBetween(2.0, 2.3);
    assertThat(share(MADE.stream().filter(MadeOrder::isSplit).count())).isBetween(0.08, 0.14);
    assertThat(share(MADE.stream().filter(order -> order.fate().isCancelled()).count()))
        .isBetween(0.05, 0.08);
    long first = MADE.stream().filter(order -> order.customer() == 0).count();
    long tenth = MADE.stream().filter(order -> order.customer() == 9).count();
    assertThat(first).isBetween(tenth * 6, tenth * 15);
    var onTheirWay =
        MADE.stream()
            .filter(order -> !order.fate().isCancelled() && order.fate() != Fate.DELIVERED)
            .collect(Collectors.groupingBy(MadeOrder::fate, Collectors.counting()));
    assertThat(onTheirWay.keySet())
        .containsExactlyInAnyOrder(Fate.CONFIRMED, Fate.PROCESSING, Fate.SHIPPED);
    assertThat(share(onTheirWay.values().stream().mapToLong(n -> n).sum())).isBetween(0.01, 0.02);
  }

  @Test
  void noOrderNamesAnOfferTwiceAndEachSellerHasALine() {
    for (MadeOrder order : MADE) {
      assertThat(order.lines()).extracting(Line::offer).doesNotHaveDuplicates();
      for (Leaf leaf : order.leaves()) {
        assertThat(leaf.lines())
            .isNotEmpty()
            .allSatisfy(
                line -> assertThat(Offers.sellerIdOf(line.offer())).isEqualTo(leaf.sellerId()));
      }
    }
  }

  @Test
  void refusesPlansWithoutBounds() {
    assertThatThrownBy(() -> FillPlan.of(0, 24, 1)).hasMessageContaining("orders must be from 1");
    assertThatThrownBy(() -> FillPlan.of(1, 121, 1)).hasMessageContaining("months must be");
    assertThatThrownBy(() -> new FillPlan(1, 1, 0, 1, 1)).hasMessageContaining("customers must");
  }
}
