/** Taking an order: pricing, split, one transaction. */
@NullMarked
package io.ordersystem.orders.placement;

import org.jspecify.annotations.NullMarked;
