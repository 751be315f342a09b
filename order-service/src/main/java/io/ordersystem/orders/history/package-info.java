/** Reading orders. */
@NullMarked
package io.ordersystem.orders.history;

import org.jspecify.annotations.NullMarked;
