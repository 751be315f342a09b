/** Lists of orders: a customer's history, what is in progress, a seller's. */
@NullMarked
package io.ordersystem.orders.lists;

import org.jspecify.annotations.NullMarked;
