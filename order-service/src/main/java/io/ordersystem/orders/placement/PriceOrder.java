package io.ordersystem.orders.placement;

import io.ordersystem.orders.order.OrderConfig;
import io.ordersystem.orders.order.Placement;
import io.ordersystem.orders.placement.Offers.Asked;
import io.ordersystem.orders.placement.PlaceOrderRequest.Item;
import io.ordersystem.platform.security.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a request into priced lines. The projection of offers answers at once and may lag: before
 * anything is refused because of it, inventory-service is asked. When that is away, a sold-out hint
 * is ignored, because the reservation decides; what cannot be priced is refused as unavailable.
 */
@ApplicationScoped
class PriceOrder {
  private final Offers offers;
  private final OrderConfig config;

  PriceOrder(Offers offers, OrderConfig config) {
    this.offers = offers;
    this.config = config;
  }

  Uni<Placement> price(Caller caller, PlaceOrderRequest request) {
    if (request.setsPrices() && !caller.isTrusted()) {
      throw Refusals.priceNotAllowed();
    }
    Set<String> variants = new LinkedHashSet<>();
    request.items().forEach(item -> variants.add(item.variantId()));
    return offers
        .projected(variants)
        .chain(known ->
            offers
                .ask(caller, doubtful(request, known))
                .map(asked -> placement(request, known, asked)));
  }

  /** The variants whose refusal the projection alone would cause. */
  private static Set<String> doubtful(PlaceOrderRequest request, List<Offer> known) {
    var doubtful = new LinkedHashSet<String>();
    for (Item item : request.items()) {
      List<Offer> matching = matching(item, known);
      boolean sure =
          matching.size() == 1
              && matching.getFirst().available() >= item.quantity()
              && isExpected(item, matching.getFirst());
      if (!sure) {
        doubtful.add(item.variantId());
      }
    }
    return doubtful;
  }

  private Placement placement(PlaceOrderRequest request, List<Offer> known, Asked asked) {
    List<Offer> current =
        Stream.concat(
                known.stream().filter(offer -> !asked.answered().contains(offer.variantId())),
                asked.offers().stream())
            .toList();
    var lines = new ArrayList<Placement.Line>();
    String currency = request.currency();
    for (int i = 0; i < request.items().size(); i++) {
      Item item = request.items().get(i);
      boolean certain = asked.answered().contains(item.variantId());
      Offer offer = chosen(i, item, current, certain);
      if (currency == null) {
        currency = offer.currency();
      }
      if (!offer.currency().equals(currency)) {
        throw Refusals.currencyMismatch(i, offer.currency(), currency);
      }
      lines.add(line(i, item, offer));
    }
    List<Placement.Line> merged = merged(lines);
    requireStock(request, merged, current, asked.answered());
    return placement(request, merged, String.valueOf(currency));
  }

  private static Offer chosen(int index, Item item, List<Offer> offers, boolean certain) {
    List<Offer> matching = matching(item, offers);
    if (matching.size() > 1) {
      throw Refusals.sellerRequired(index, item.variantId());
    }
    boolean usable = matching.size() == 1 && isExpected(item, matching.getFirst());
    if (!usable && !certain) {
      throw Refusals.hintAway();
    }
    if (matching.isEmpty()) {
      throw Refusals.unknownVariant(index, item.variantId());
    }
    Offer offer = matching.getFirst();
    Long expected = item.expectedUnitPrice();
    if (expected != null && !isExpected(item, offer)) {
      throw Refusals.priceChanged(index, expected, offer.unitPrice());
    }
    return offer;
  }

  private static Placement.Line line(int index, Item item, Offer offer) {
    long unitPrice = item.unitPrice() == null ? offer.unitPrice() : item.unitPrice();
    long discount = orZero(item.discountAmount());
    if (discount > Math.multiplyExact(unitPrice, (long) item.quantity())) {
      throw Refusals.invalid(
          "/items/" + index + "/discountAmount", "must not exceed what the line costs");
    }
    return new Placement.Line(
        offer.variantId(),
        offer.sellerId(),
        offer.name(),
        item.quantity(),
        unitPrice,
        discount,
        orZero(item.taxAmount()));
  }

  /** Equal lines become one; their prices cannot differ, because one line has one price. */
  private static List<Placement.Line> merged(List<Placement.Line> lines) {
    var byOffer = new LinkedHashMap<List<String>, Placement.Line>();
    for (Placement.Line line : lines) {
      byOffer.merge(
          List.of(line.variantId(), line.sellerId()),
          line,
          (a, b) -> {
            if (a.unitPrice() != b.unitPrice()) {
              throw Refusals.invalid(
                  "/items", "has two prices for " + a.variantId() + " of " + a.sellerId());
            }
            return new Placement.Line(
                a.variantId(),
                a.sellerId(),
                a.name(),
                a.quantity() + b.quantity(),
                a.unitPrice(),
                a.discount() + b.discount(),
                a.tax() + b.tax());
          });
    }
    return List.copyOf(byOffer.values());
  }

  /** Sold out for certain, not by hearsay. */
  private static void requireStock(
      PlaceOrderRequest request,
      List<Placement.Line> lines,
      List<Offer> current,
      Set<String> certain) {
    for (Placement.Line line : lines) {
      for (Offer offer : current) {
        if (offer.variantId().equals(line.variantId())
            && offer.sellerId().equals(line.sellerId())
            && certain.contains(line.variantId())
            && offer.available() < line.quantity()) {
          throw Refusals.insufficientStock(
              position(request, line.variantId()), line.variantId(), offer.available());
        }
      }
    }
  }

  private static int position(PlaceOrderRequest request, String variantId) {
    for (int i = 0; i < request.items().size(); i++) {
      if (request.items().get(i).variantId().equals(variantId)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no item has variant " + variantId);
  }

  private Placement placement(
      PlaceOrderRequest request, List<Placement.Line> lines, String currency) {
    long net = lines.stream().mapToLong(l -> l.unitPrice() * l.quantity() - l.discount()).sum();
    if (orZero(request.discountAmount()) > net) {
      throw Refusals.invalid("/discountAmount", "must not exceed what the lines cost");
    }
    String method =
        request.paymentMethod() == null ? config.defaultPaymentMethod() : request.paymentMethod();
    return new Placement(
        request.customerId(),
        currency,
        lines,
        orZero(request.shippingAmount()),
        orZero(request.discountAmount()),
        orZero(request.taxAmount()),
        method,
        request.address(),
        request.person());
  }

  private static List<Offer> matching(Item item, List<Offer> offers) {
    return offers.stream()
        .filter(offer -> offer.variantId().equals(item.variantId()))
        .filter(offer -> item.sellerId() == null || offer.sellerId().equals(item.sellerId()))
        .toList();
  }

  private static boolean isExpected(Item item, Offer offer) {
    return item.expectedUnitPrice() == null || item.expectedUnitPrice() == offer.unitPrice();
  }

  private static long orZero(@Nullable Long amount) {
    return amount == null ? 0 : amount;
  }
}
