package io.ordersystem.payments.reconciliation;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/** What was found out about a break, and done about it. */
record ResolveRequest(@NotBlank @Size(max = 1000) String resolution) {}
