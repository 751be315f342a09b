/** One effect per Idempotency-Key. */
@NullMarked
package io.ordersystem.platform.idempotency;

import org.jspecify.annotations.NullMarked;
