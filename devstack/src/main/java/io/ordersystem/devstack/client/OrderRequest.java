package io.ordersystem.devstack.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a shop sends to place an order. Amounts are minor units of {@code currency}; what is null is
 * left out. Customers must leave out every price and amount.
 */
public record OrderRequest(
    String customerId,
    List<Line> items,
    @Nullable String currency,
    @Nullable Long shippingAmount,
    @Nullable Address shippingAddress,
    @Nullable Contact contact,
    @Nullable String paymentMethod) {

  /** One wanted offer. {@code unitPrice} and {@code discountAmount} only from a service. */
  public record Line(
      String variantId,
      String sellerId,
      int quantity,
      @Nullable Long unitPrice,
      @Nullable Long discountAmount) {}

  /** Where it goes; {@code country} is ISO 3166-1 alpha-2. */
  public record Address(
      String name,
      String line1,
      String city,
      @Nullable String region,
      @Nullable String postalCode,
      String country) {}

  /** Whom to tell. */
  public record Contact(String name, String email, String locale) {}
}
