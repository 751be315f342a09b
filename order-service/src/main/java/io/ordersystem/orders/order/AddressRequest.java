package io.ordersystem.orders.order;

import io.ordersystem.contracts.order.OrderContact;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Where an order goes, as a caller says it. */
public record AddressRequest(
    @Nullable @Size(min = 1, max = 255) String name,
    @Nullable @Size(min = 1, max = 255) String line1,
    @Nullable @Size(min = 1, max = 255) String line2,
    @Nullable @Size(min = 1, max = 255) String city,
    @Nullable @Size(min = 1, max = 255) String region,
    @Nullable @Size(min = 1, max = 32) String postalCode,
    @Nullable @Pattern(regexp = "[A-Z]{2}", message = "must be an ISO 3166-1 alpha-2 code")
        String country) {
  public OrderContact.Address toContract() {
    return new OrderContact.Address(name, line1, line2, city, region, postalCode, country);
  }
}
