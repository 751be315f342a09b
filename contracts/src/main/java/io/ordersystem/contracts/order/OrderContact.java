package io.ordersystem.contracts.order;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The person behind an order and where it goes. The only message with personal data; internal,
 * newest state per root order, tombstoned after retention.
 */
public record OrderContact(
    UUID orderId, String customerId, @Nullable Contact contact, @Nullable Address shippingAddress) {

  /** How to reach the person; {@code locale} is a BCP 47 tag. */
  public record Contact(@Nullable String name, @Nullable String email, @Nullable String locale) {}

  /** A postal address; {@code country} is ISO 3166-1 alpha-2. */
  public record Address(
      @Nullable String name,
      @Nullable String line1,
      @Nullable String line2,
      @Nullable String city,
      @Nullable String region,
      @Nullable String postalCode,
      @Nullable String country) {}
}
