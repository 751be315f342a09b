package io.ordersystem.orders.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersystem.contracts.EventType;
import io.ordersystem.platform.amounts.Apportioning;
import io.ordersystem.platform.ids.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:15:30.123Z");
  private long serial;

  @Test
  void ofOneSellerIsOneOrder() {
    OrderTree tree =
        place(List.of(line("tea", "s1", 2, 500, 0), line("cup", "s1", 1, 300, 50)), 100, 0, 0);
    assertThat(tree.children()).isEmpty();
    assertThat(tree.root().header().split()).isFalse();
    assertThat(tree.root().header().sellerId()).isEqualTo("s1");
    assertThat(tree.root().header().amounts()).isEqualTo(new Amounts(1300, 100, 50, 0));
  }

  @Test
  void ofSeveralSellersIsAParentWithAChildEach() {
    OrderTree tree =
        place(
            List.of(
                line("tea", "s1", 2, 500, 0),
                line("cup", "s2", 1, 300, 0),
                line("pot", "s1", 1, 1, 0)),
            100,
            0,
            0);
    assertThat(tree.root().items()).isEmpty();
    assertThat(tree.root().header().split()).isTrue();
    assertThat(tree.root().header().itemCount()).isEqualTo(3);
    assertThat(tree.children())
        .extracting(child -> child.header().sellerId())
        .containsExactly("s1", "s2");
    assertThat(tree.children())
        .extracting(child -> child.header().number())
        .containsExactly(
            tree.root().header().number() + "-1", tree.root().header().number() + "-2");
    assertThat(tree.orders()).allMatch(order -> Ids.timeOf(order.header().id()).equals(NOW));
    assertThat(tree.reserveStock().lines()).hasSize(3);
  }

  @RepeatedTest(200)
  void losesNoMinorUnit(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    var lines = new ArrayList<Placement.Line>();
    for (int i = 0; i <= random.nextInt(12); i++) {
      long price = random.nextInt(4) == 0 ? 0 : random.nextLong(100_000);
      int quantity = 1 + random.nextInt(50);
      lines.add(
          new Placement.Line(
              "v" + i,
              "s" + random.nextInt(4),
              "n",
              quantity,
              price,
              random.nextLong(price * quantity + 1),
              random.nextLong(50)));
    }
    long net = lines.stream().mapToLong(l -> l.unitPrice() * l.quantity() - l.discount()).sum();
    long shipping = random.nextLong(10_000);
    long discount = random.nextLong(net + 1);
    long tax = random.nextLong(10_000);
    OrderTree tree = place(lines, shipping, discount, tax);
    long lineTaxes = lines.stream().mapToLong(Placement.Line::tax).sum();
    long total = net - discount + shipping + tax + lineTaxes;
    assertThat(tree.root().header().amounts().total()).isEqualTo(total);
    assertThat(tree.leaves().stream().mapToLong(l -> l.header().amounts().total()).sum())
        .isEqualTo(total);
    assertThat(
            tree.leaves().stream()
                .flatMap(l -> l.items().stream())
                .mapToLong(i -> i.amounts().total())
                .sum())
        .isEqualTo(total);
    assertThat(tree.leaves())
        .allMatch(l ->
            l.header()
                .amounts()
                .equals(Amounts.sum(l.items().stream().map(Item::amounts).toList())));
    if (total > 0) {
      assertThat(tree.authorizePayment().shares().stream().mapToLong(s -> s.amount()).sum())
          .isEqualTo(total);
    }
  }

  @Test
  void leftOverUnitsGoToTheLargestRemainders() {
    assertThat(Apportioning.byLargestRemainder(100, new long[] {1, 1, 1}))
        .containsExactly(34, 33, 33);
    assertThat(Apportioning.byLargestRemainder(10, new long[] {5, 3, 2, 0}))
        .containsExactly(5, 3, 2, 0);
    assertThat(Apportioning.byLargestRemainder(5, new long[] {0, 0})).containsExactly(3, 2);
    assertThat(Apportioning.byLargestRemainder(Long.MAX_VALUE, new long[] {Long.MAX_VALUE, 1}))
        .containsExactly(Long.MAX_VALUE - 1, 1);
    assertThatThrownBy(() -> Apportioning.byLargestRemainder(-1, new long[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void confirmsParentAndChildrenTogetherWithOneVersionEach() {
    OrderTree tree =
        stored(place(List.of(line("tea", "s1", 1, 500, 0), line("cup", "s2", 1, 300, 0)), 0, 0, 0));
    tree.confirm(NOW.plusSeconds(1));
    assertThat(tree.orders()).allMatch(order -> order.status() == OrderStatus.CONFIRMED);
    assertThat(tree.orders()).allMatch(order -> order.version() == 2);
    assertThat(tree.orders()).allMatch(order -> order.eventType() == EventType.ORDER_CONFIRMED);
    assertThat(tree.children().getFirst().items())
        .allMatch(item -> item.status() == ItemStatus.CONFIRMED);
  }

  @Test
  void severalChangesOfOneTransactionAreOneVersion() {
    OrderTree tree = stored(place(List.of(line("tea", "s1", 1, 500, 0)), 0, 0, 0));
    tree.requireAction(NOW.plusSeconds(1));
    tree.confirm(NOW.plusSeconds(1));
    assertThat(tree.root().version()).isEqualTo(2);
    assertThat(tree.root().changes()).hasSize(2);
  }

  @Test
  void neverLeavesCancelled() {
    OrderTree tree = stored(place(List.of(line("tea", "s1", 1, 500, 0)), 0, 0, 0));
    tree.cancel(CancelReason.EXPIRED, NOW);
    assertThatThrownBy(() -> tree.confirm(NOW))
        .isInstanceOf(IllegalTransition.class)
        .hasMessageContaining("CANCELLED")
        .hasMessageContaining("CONFIRMED");
  }

  @Test
  void thePaymentsIdFollowsFromTheOrdersAndIsAUuidOfItsOwn() {
    OrderTree tree = place(List.of(line("tea", "s1", 1, 500, 0)), 0, 0, 0);
    assertThat(tree.paymentId()).isEqualTo(tree.paymentId()).isNotEqualTo(tree.id());
    assertThat(tree.paymentId().version()).isEqualTo(7);
    assertThat(tree.paymentId().variant()).isEqualTo(2);
  }

  @Test
  void aNumberNamesItsDay() {
    String number = OrderNumber.at(NOW);
    assertThat(number).matches("261122-[0-9A-Z]{7}");
    assertThat(OrderNumber.dayOf(number)).hasValue(java.time.LocalDate.of(2026, 11, 22));
    assertThat(OrderNumber.dayOf(OrderNumber.child(number, 12))).isPresent();
    assertThat(OrderNumber.dayOf("261322-K7M4Q9Z")).isEmpty();
    assertThat(OrderNumber.dayOf("261122-K7M4Q9")).isEmpty();
  }

  private OrderTree place(List<Placement.Line> lines, long shipping, long discount, long tax) {
    var placement =
        new Placement(
            "customer-1", "EUR", lines, shipping, discount, tax, "pm_card_visa", null, null);
    return placement.place(
        time -> new UUID(time.toEpochMilli() << 16 | 0x7000, Long.MIN_VALUE | serial++),
        NOW,
        NOW.plus(Duration.ofMinutes(15)));
  }

  private static OrderTree stored(OrderTree placed) {
    return new OrderTree(
        Order.stored(
            placed.root().header(),
            placed.root().items(),
            Order.Parcels.NONE,
            placed.root().state()),
        placed.children().stream()
            .map(child ->
                Order.stored(child.header(), child.items(), Order.Parcels.NONE, child.state()))
            .toList());
  }

  private static Placement.Line line(
      String variant, String seller, int quantity, long price, long discount) {
    return new Placement.Line(variant, seller, variant, quantity, price, discount, 0);
  }
}
