package io.ordersystem.devstack.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.ordersystem.devstack.client.OrderRequest.Contact;
import io.ordersystem.devstack.client.OrderView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExpectedMailsTest {
  private static final String NBSP = "\u00a0";

  /** 7 breads of 4.10 less 5 %, 2 mackerels of 12.25, and 7.77 of shipping. */
  private final HistoricOrder order = Toy.northwind().orders().getFirst();

  private final OrderView bakery = view("o-1", "A-1", "supplier-1", List.of());
  private final OrderView harbour = view("o-2", "A-2", "supplier-2", List.of());
  private final OrderView parent = view("o", "A", null, List.of(bakery, harbour));

  @Test
  void givesTheCentThatIsLeftOverToTheLargestFraction() {
    // 777 cents by 2726 and 2450: 409.2 and 367.8
    assertThat(order.priced())
        .extracting(HistoricOrder.Priced::total)
        .containsExactly(2726L + 409, 2450L + 368);
  }

  @Test
  void writesAmountsAsPeopleDo() {
    assertThat(ExpectedMails.dollars(5, "en")).isEqualTo("$0.05");
    assertThat(ExpectedMails.dollars(123_456_789, "en")).isEqualTo("$1,234,567.89");
    assertThat(ExpectedMails.dollars(123_456, "de")).isEqualTo("1.234,56" + NBSP + "$");
  }

  @Test
  void tellsOfAnOrderOfSeveralSellersByItsSums() {
    assertThat(of(new Outcome.Confirmed(order, parent), Map.of()))
        .containsExactly(
            new ExpectedMail(
                "order 101",
                "o",
                "order-confirmed",
                "noord@example.org",
                "Your order A is confirmed",
                "en",
                List.of("$1.44", "$53.20", "$59.53", "$7.77"),
                List.of(),
                List.of("Mila de Vries")));
  }

  @Test
  void tellsOfEachParcelWhatIsInItAndWhatItCosts() {
    assertThat(of(new Outcome.Confirmed(shipped(), parent), Map.of()).subList(1, 3))
        .containsExactly(
            parcel("A-1", "31,35", "7 x Rye bread", "NW-o-1"),
            parcel("A-2", "28,18", "2 x Smoked mackerel", "NW-o-2"));
  }

  @Test
  void tellsEachSellerThatHasAnAddressOfItsPart() {
    assertThat(of(new Outcome.Confirmed(order, parent), Map.of("supplier-2", "de")))
        .last()
        .isEqualTo(
            new ExpectedMail(
                "order 101",
                "o-2",
                "seller-order-confirmed",
                "supplier-2@example.org",
                "Neue Bestellung A-2",
                "de",
                List.of("24,50", "28,18", "28,18", "3,68").stream()
                    .map(amount -> amount + NBSP + "$")
                    .toList(),
                List.of("2 x Smoked mackerel"),
                List.of()));
  }

  @Test
  void tellsOfACancellationOnlyWhenThereIsAnOrder() {
    assertThat(of(new Outcome.Cancelled(order, "OUT_OF_STOCK", Optional.of(parent)), Map.of()))
        .extracting(ExpectedMail::subject, ExpectedMail::amounts)
        .containsExactly(tuple("Your order A was cancelled", List.of("$59.53")));
    assertThat(of(new Outcome.Cancelled(order, "OUT_OF_STOCK", Optional.empty()), Map.of()))
        .isEmpty();
  }

  private static List<ExpectedMail> of(Outcome outcome, Map<String, String> sellers) {
    return ExpectedMails.of(List.of(outcome), true, sellers);
  }

  /** The same of somebody who reads German, as it was shipped. */
  private HistoricOrder shipped() {
    return new HistoricOrder(
        order.id(),
        order.customerId(),
        new Contact("Mila de Vries", "noord@example.org", "de"),
        order.address(),
        order.shippingAmount(),
        true,
        order.lines());
  }

  private static ExpectedMail parcel(String number, String amount, String goods, String tracking) {
    return new ExpectedMail(
        "order 101",
        "o",
        "order-shipped",
        "noord@example.org",
        "Ein Paket Ihrer Bestellung %s ist unterwegs".formatted(number),
        "de",
        List.of(amount + NBSP + "$"),
        List.of(goods),
        List.of("Mila de Vries", "Speedy Express", tracking));
  }

  private static OrderView view(
      String id, String number, @Nullable String seller, List<OrderView> children) {
    return new OrderView(
        id,
        number,
        "CONFIRMED",
        "AUTHORIZED",
        null,
        "customer-NOORD",
        "USD",
        0,
        0,
        0,
        0,
        0,
        !children.isEmpty(),
        seller,
        children,
        List.of());
  }
}
