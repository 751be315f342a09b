/** The projection of inventory-service's offers. */
@NullMarked
package io.ordersystem.orders.offers;

import org.jspecify.annotations.NullMarked;
