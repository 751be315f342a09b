package io.ordersystem.devstack.replay;

import io.ordersystem.devstack.client.OrderView;
import io.ordersystem.devstack.replay.HistoricOrder.Priced;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The mails that follow from replayed orders. Amounts, goods, names and languages are of the files,
 * only ids and order numbers are what the system answered; nothing here is shared with what writes
 * the mails, so that the two can be compared.
 */
final class ExpectedMails {
  private static final Map<String, String> SUBJECTS =
      Map.of(
          "order-confirmed/en", "Your order %s is confirmed",
          "order-confirmed/de", "Ihre Bestellung %s ist bestätigt",
          "order-cancelled/en", "Your order %s was cancelled",
          "order-cancelled/de", "Ihre Bestellung %s wurde storniert",
          "order-shipped/en", "A parcel of your order %s is on its way",
          "order-shipped/de", "Ein Paket Ihrer Bestellung %s ist unterwegs",
          "seller-order-confirmed/en", "New order %s",
          "seller-order-confirmed/de", "Neue Bestellung %s");

  /** Who reads a mail. */
  private record Reader(String address, String language) {}

  private final HistoricOrder order;
  private final OrderView view;
  private final List<ExpectedMail> mails = new ArrayList<>();

  private ExpectedMails(HistoricOrder order, OrderView view) {
    this.order = order;
    this.view = view;
  }

  /**
   * What everybody must be told.
   *
   * @param fulfilled whether what was shipped then was shipped again
   * @param sellers the languages of the sellers that have an address here, by their ids
   */
  static List<ExpectedMail> of(
      List<Outcome> outcomes, boolean fulfilled, Map<String, String> sellers) {
    return outcomes.stream()
        .flatMap(outcome ->
            switch (outcome) {
              case Outcome.Confirmed confirmed ->
                  new ExpectedMails(confirmed.order(), confirmed.answer())
                      .confirmed(fulfilled && confirmed.order().shipped(), sellers);
              // What was not taken at all was refused to somebody's face, and needs no mail.
              case Outcome.Cancelled cancelled ->
                  cancelled.view().stream()
                      .flatMap(view -> new ExpectedMails(cancelled.order(), view).cancelled());
              case Outcome.Open _ -> Stream.empty(); // is in the differences
            })
        .toList();
  }

  /** A seller's address; as with customers, example.org can never be anybody's. */
  static String addressOf(String sellerId) {
    return sellerId + "@example.org";
  }

  private Stream<ExpectedMail> cancelled() {
    add("order-cancelled", customer(), view, List.of(order.totalAmount()), List.of());
    return mails.stream();
  }

  private Stream<ExpectedMail> confirmed(boolean shipped, Map<String, String> sellers) {
    // An order of several sellers is told of by its sums; its parcels say what is in them.
    var told = view.isSplit() ? List.<Priced>of() : order.priced();
    add("order-confirmed", customer(), view, account(told, order.priced()), told);
    for (var part : view.isSplit() ? view.children() : List.of(view)) {
      String seller = String.valueOf(part.sellerId());
      var lines =
          order.priced().stream()
              .filter(priced -> priced.line().product().sellerId().equals(seller))
              .toList();
      if (shipped) {
        long charged = lines.stream().mapToLong(Priced::total).sum();
        add("order-shipped", customer(), part, List.of(charged), lines);
      }
      String language = sellers.get(seller);
      if (language != null) {
        var reader = new Reader(addressOf(seller), language);
        add("seller-order-confirmed", reader, part, account(lines, lines), lines);
      }
    }
    return mails.stream();
  }

  private Reader customer() {
    return new Reader(order.contact().email(), order.contact().locale());
  }

  private void add(
      String template, Reader reader, OrderView about, List<Long> amounts, List<Priced> goods) {
    String subject = String.valueOf(SUBJECTS.get(template + "/" + reader.language()));
    mails.add(
        new ExpectedMail(
            "order " + order.id(),
            // Sellers know nothing of what others sell in the same order.
            template.startsWith("seller-") ? about.id() : view.id(),
            template,
            reader.address(),
            subject.formatted(about.orderNumber()),
            reader.language(),
            amounts.stream().map(cents -> dollars(cents, reader.language())).sorted().toList(),
            goods.stream()
                .map(Priced::line)
                .map(line -> line.quantity() + " x " + line.product().name())
                .sorted()
                .toList(),
            words(template, about)));
  }

  private List<String> words(String template, OrderView about) {
    return switch (template) {
      case "seller-order-confirmed" -> List.of();
      case "order-shipped" ->
          List.of(
              order.contact().name(), Fulfilment.CARRIER, Fulfilment.trackingNumber(about.id()));
      default -> List.of(order.contact().name());
    };
  }

  /** The told lines, and the sums of all; what is nothing is not told. */
  private static List<Long> account(List<Priced> told, List<Priced> all) {
    long items = all.stream().mapToLong(priced -> priced.line().amount()).sum();
    long discount = all.stream().mapToLong(priced -> priced.line().discountAmount()).sum();
    long total = all.stream().mapToLong(Priced::total).sum();
    long shipping = total - items + discount;
    return Stream.of(
            told.stream().map(Priced::total),
            LongStream.of(discount, shipping).filter(amount -> amount > 0).boxed(),
            Stream.of(items, total))
        .flatMap(amounts -> amounts)
        .toList();
  }

  /** As people write it: $1,234.56 or 1.234,56 $, with a space that does not break. */
  static String dollars(long cents, String language) {
    String english = String.format(Locale.ROOT, "%,d.%02d", cents / 100, cents % 100);
    return language.equals("de")
        ? english.replace('.', ';').replace(',', '.').replace(';', ',') + "\u00a0$"
        : "$" + english;
  }
}
