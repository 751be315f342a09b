package io.ordersystem.orders.cancellation;

import io.ordersystem.orders.order.UnitsRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why an order is called off, and what of it.
 *
 * @param lines absent for all of it
 */
record CancelOrderRequest(
    @NotBlank @Size(max = 255) String reason,
    @Nullable @Size(min = 1, max = 100) List<@NotNull @Valid UnitsRequest> lines) {}
