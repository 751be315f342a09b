/** What the rows of this service must satisfy whenever somebody looks. */
@NullMarked
package io.ordersystem.orders.invariants;

import org.jspecify.annotations.NullMarked;
