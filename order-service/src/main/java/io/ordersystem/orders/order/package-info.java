/**
 * The model: an order with its children and items, its saga, and their tables. Everyone may use it,
 * it uses nobody.
 */
@NullMarked
package io.ordersystem.orders.order;

import org.jspecify.annotations.NullMarked;
