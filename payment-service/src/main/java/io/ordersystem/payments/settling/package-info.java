/** What operators do to a payment by hand: capture ahead, cancel, refund. */
@NullMarked
package io.ordersystem.payments.settling;

import org.jspecify.annotations.NullMarked;
