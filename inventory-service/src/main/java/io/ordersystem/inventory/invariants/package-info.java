/** What the rows of this service must satisfy whenever somebody looks. */
@NullMarked
package io.ordersystem.inventory.invariants;

import org.jspecify.annotations.NullMarked;
