package io.ordersystem.orders.refund;

import io.ordersystem.orders.order.UnitsRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is given back.
 *
 * @param lines units that were paid for; may be absent when only shipping is given back
 * @param shippingAmount of what was charged for shipping, minor units
 * @param restock whether the goods came back and can be sold again; absent: no
 */
record RefundOrderRequest(
    @Nullable @Size(max = 100) List<@NotNull @Valid UnitsRequest> lines,
    @Nullable @Min(0) @Max(1_000_000_000_000L) Long shippingAmount,
    @NotBlank @Size(max = 255) String reason,
    @Nullable Boolean restock) {}
