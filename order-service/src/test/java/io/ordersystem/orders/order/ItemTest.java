package io.ordersystem.orders.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Currency;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/**
 * However the units of a line are shipped, cancelled and given back, the parts make up the whole.
 */
class ItemTest {
  /** Currencies with 0, 2 and 3 decimals: amounts are minor units in all of them. */
  private static final List<String> CURRENCIES = List.of("JPY", "EUR", "KWD");

  @Test
  void unitsCostWhatIsLeftOverByTheOnesBefore() {
    Item item = item(3, 1000, 0);
    assertThat(item.costOfShipping(1)).isEqualTo(333);
    assertThat(item.ship(1).costOfShipping(2)).isEqualTo(667);
    assertThat(item.cancel(1).progress().cancelledAmount()).isEqualTo(334);
    assertThat(item.cancel(1).costOfShipping(2)).isEqualTo(666);
  }

  @Test
  void addsUpAlsoWhenOfTwoRefundsTheFirstHasFailed() {
    Item item = item(3, 100, 0).ship(3);
    long first = item.costOfRefunding(2);
    item = item.refund(2, first);
    long second = item.costOfRefunding(1);
    item = item.refund(1, second).refund(-2, -first);
    assertThat(second + item.costOfRefunding(2)).isEqualTo(100);
  }

  @RepeatedTest(300)
  void losesNoMinorUnitHoweverItIsCut(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    var random = new Random(seed);
    int digits = Currency.getInstance(CURRENCIES.get(random.nextInt(3))).getDefaultFractionDigits();
    long most = (long) Math.pow(10, 4 + digits);
    int quantity = 1 + random.nextInt(12);
    long goods = random.nextLong(most);
    Item item = item(quantity, goods, random.nextLong(most));
    long shipped = 0;
    while (item.open() > 0) {
      int units = 1 + random.nextInt(item.open());
      if (random.nextBoolean()) {
        shipped += item.costOfShipping(units);
        item = item.ship(units);
      } else {
        item = item.cancel(units);
      }
    }
    assertThat(shipped + item.progress().cancelledAmount()).as("seed " + seed).isEqualTo(goods);
    long refunded = 0;
    while (item.progress().refunded() < item.progress().shipped()) {
      int units = 1 + random.nextInt(item.progress().shipped() - item.progress().refunded());
      long cost = item.costOfRefunding(units);
      refunded += cost;
      item = item.refund(units, cost);
    }
    assertThat(refunded).as("seed " + seed).isEqualTo(shipped);
    assertThat(item.progress().refundedAmount()).isEqualTo(refunded);
  }

  private static Item item(int quantity, long goods, long shipping) {
    // The unit price does not matter here: the discount makes the line cost what it shall.
    return new Item(
        UUID.randomUUID(),
        1,
        "tea",
        "s1",
        "Tea",
        quantity,
        goods,
        new Amounts(goods * quantity, shipping, goods * (quantity - 1), 0),
        ItemStatus.PROCESSING,
        "key",
        Item.Progress.NONE);
  }
}
