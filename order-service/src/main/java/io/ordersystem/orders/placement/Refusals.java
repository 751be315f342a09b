package io.ordersystem.orders.placement;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.problem.ProblemType;
import java.util.List;

/** Why an order is not taken. */
final class Refusals {
  private static final ProblemType UNKNOWN_VARIANT =
      new ProblemType(422, "unknown-variant", "Nobody offers this");
  private static final ProblemType SELLER_REQUIRED =
      new ProblemType(422, "seller-required", "Several sellers offer this");
  private static final ProblemType CURRENCY_MISMATCH =
      new ProblemType(422, "currency-mismatch", "An order has one currency");
  private static final ProblemType PRICE_NOT_ALLOWED =
      new ProblemType(422, "price-not-allowed", "Only trusted callers may set prices");
  private static final ProblemType PRICE_CHANGED =
      new ProblemType(409, "price-changed", "The price is another one by now");
  private static final ProblemType INSUFFICIENT_STOCK =
      new ProblemType(409, "insufficient-stock", "There is not that much stock");

  private Refusals() {}

  static DomainException unknownVariant(int item, String variantId) {
    return at(UNKNOWN_VARIANT, item, "variantId", "nobody offers " + variantId);
  }

  static DomainException sellerRequired(int item, String variantId) {
    return at(SELLER_REQUIRED, item, "sellerId", "several sellers offer " + variantId);
  }

  static DomainException currencyMismatch(int item, String offered, String wanted) {
    return at(CURRENCY_MISMATCH, item, "variantId", "is offered in " + offered + ", not " + wanted);
  }

  static DomainException priceNotAllowed() {
    return new DomainException(
        PRICE_NOT_ALLOWED,
        "unitPrice, shippingAmount, discountAmount and taxAmount are for services and operators");
  }

  static DomainException priceChanged(int item, long expected, long actual) {
    return at(
        PRICE_CHANGED, item, "expectedUnitPrice", "expected " + expected + ", it is " + actual);
  }

  static DomainException insufficientStock(int item, String variantId, int available) {
    return at(INSUFFICIENT_STOCK, item, "quantity", "of " + variantId + " there are " + available);
  }

  static DomainException invalid(String pointer, String message) {
    return new DomainException(
        ProblemType.VALIDATION_FAILED,
        pointer + " " + message,
        List.of(new Invalid(pointer, message)));
  }

  static DomainException notYours() {
    return new DomainException(ProblemType.FORBIDDEN, "a customer places orders for itself only");
  }

  static DomainException hintAway() {
    return new DomainException(
        ProblemType.UNAVAILABLE, "inventory-service is away and this offer is not known here");
  }

  private static DomainException at(ProblemType type, int item, String field, String message) {
    String pointer = "/items/" + item + "/" + field;
    return new DomainException(
        type, pointer + ": " + message, List.of(new Invalid(pointer, message)));
  }
}
