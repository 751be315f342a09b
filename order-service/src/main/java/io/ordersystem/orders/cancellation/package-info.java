/** Calling an order off, whole or in part. */
@NullMarked
package io.ordersystem.orders.cancellation;

import org.jspecify.annotations.NullMarked;
