package io.ordersystem.payments.reconciliation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which payments to look at, by when the provider made them.
 *
 * @param from absent: as far back as is configured
 * @param until absent: now
 */
record ReconcileRequest(@Nullable Instant from, @Nullable Instant until) {}
