/** What became of stock and payment moves the order on. */
@NullMarked
package io.ordersystem.orders.outcomes;

import org.jspecify.annotations.NullMarked;
