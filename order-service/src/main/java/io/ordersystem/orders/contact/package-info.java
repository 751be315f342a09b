/** Who gets an order, and where. */
@NullMarked
package io.ordersystem.orders.contact;

import org.jspecify.annotations.NullMarked;
