package io.ordersystem.orders.fulfilment;

import io.ordersystem.orders.order.UnitsRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/** A parcel. */
record ShipOrderRequest(
    @NotBlank @Size(max = 100) String carrier,
    @NotBlank @Size(max = 100) String trackingNumber,
    @NotEmpty @Size(max = 100) List<@NotNull @Valid UnitsRequest> lines) {}
