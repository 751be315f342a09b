/** What operators see of an order's saga, and how they move it on. */
@NullMarked
package io.ordersystem.orders.saga;

import org.jspecify.annotations.NullMarked;
