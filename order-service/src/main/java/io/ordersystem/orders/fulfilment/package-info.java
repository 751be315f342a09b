/** A seller takes an order, ships it in parcels, and they arrive. */
@NullMarked
package io.ordersystem.orders.fulfilment;

import org.jspecify.annotations.NullMarked;
