/** Giving back money that was taken. */
@NullMarked
package io.ordersystem.orders.refund;

import org.jspecify.annotations.NullMarked;
