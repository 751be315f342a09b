/** Old months of orders leave the tables. */
@NullMarked
package io.ordersystem.orders.retention;

import org.jspecify.annotations.NullMarked;
