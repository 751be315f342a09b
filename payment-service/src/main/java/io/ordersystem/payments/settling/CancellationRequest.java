package io.ordersystem.payments.settling;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/** Why what is held is let go of. */
record CancellationRequest(@NotBlank @Size(max = 255) String reason) {}
