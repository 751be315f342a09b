package io.ordersystem.orders.placement;

import io.ordersystem.contracts.order.OrderContact;
import io.ordersystem.orders.order.AddressRequest;
import io.ordersystem.orders.order.ContactRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller sends to place an order. Only {@code customerId} and each item's variant and
 * quantity are required; prices, shipping, discount and tax only from trusted callers.
 */
record PlaceOrderRequest(
    @NotNull @Pattern(regexp = PlaceOrderRequest.ID) String customerId,
    @NotEmpty @Size(max = 100) List<@NotNull @Valid Item> items,
    @Nullable @Pattern(regexp = "[A-Z]{3}", message = "must be an ISO 4217 code") String currency,
    @Nullable @Min(0) @Max(PlaceOrderRequest.MOST) Long shippingAmount,
    @Nullable @Min(0) @Max(PlaceOrderRequest.MOST) Long discountAmount,
    @Nullable @Min(0) @Max(PlaceOrderRequest.MOST) Long taxAmount,
    @Nullable @Valid AddressRequest shippingAddress,
    @Nullable @Valid ContactRequest contact,
    @Nullable @Size(min = 1, max = 255) String paymentMethod) {
  static final String ID = "[A-Za-z0-9._:-]{1,64}";

  /**
   * Minor units. With at most 100 lines of at most 10,000 pieces every sum stays far below 2^63.
   */
  static final long MOST = 1_000_000_000_000L;

  /** One wanted line; equal variants of the same seller are merged. */
  record Item(
      @NotNull @Pattern(regexp = ID) String variantId,
      @NotNull @Min(1) @Max(10_000) Integer quantity,
      @Nullable @Pattern(regexp = ID) String sellerId,
      @Nullable @Min(0) @Max(MOST) Long expectedUnitPrice,
      @Nullable @Min(0) @Max(MOST) Long unitPrice,
      @Nullable @Min(0) @Max(MOST) Long discountAmount,
      @Nullable @Min(0) @Max(MOST) Long taxAmount) {
    boolean setsPrices() {
      return unitPrice != null || discountAmount != null || taxAmount != null;
    }
  }

  /** Whether any amount is set that only trusted callers may set. */
  boolean setsPrices() {
    return shippingAmount != null
        || discountAmount != null
        || taxAmount != null
        || items.stream().anyMatch(Item::setsPrices);
  }

  OrderContact.@Nullable Address address() {
    return shippingAddress == null ? null : shippingAddress.toContract();
  }

  OrderContact.@Nullable Contact person() {
    return contact == null ? null : contact.toContract();
  }
}
