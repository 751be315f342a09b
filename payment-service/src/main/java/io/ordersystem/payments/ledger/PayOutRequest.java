package io.ordersystem.payments.ledger;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * Money that was transferred to a seller.
 *
 * @param amount minor units, at most what the seller's account holds
 * @param reference of the transfer: it is booked once by it
 */
record PayOutRequest(
    @NotNull @Pattern(regexp = "[A-Za-z0-9._:-]{1,64}") String sellerId,
    @NotNull @Min(1) @Max(1_000_000_000_000L) Long amount,
    @NotNull @Pattern(regexp = "[A-Z]{3}") String currency,
    @NotNull @Pattern(regexp = "[A-Za-z0-9._:/-]{1,64}") String reference) {}
