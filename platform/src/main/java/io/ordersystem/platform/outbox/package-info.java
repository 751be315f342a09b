/** Events leave with the transaction that caused them, or not at all. */
@NullMarked
package io.ordersystem.platform.outbox;

import org.jspecify.annotations.NullMarked;
