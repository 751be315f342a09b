package io.ordersystem.orders.order;

import io.ordersystem.contracts.order.OrderContact;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Who gets an order, as a caller says it. */
public record ContactRequest(
    @Nullable @Size(min = 1, max = 255) String name,
    @Nullable @Email @Size(min = 3, max = 254) String email,
    @Nullable @Pattern(regexp = "[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*") @Size(max = 35)
        String locale) {
  public OrderContact.Contact toContract() {
    return new OrderContact.Contact(name, email, locale);
  }
}
