/** Stock movements: the only writer of the quantity on hand, and its history. */
@NullMarked
package io.ordersystem.inventory.movements;

import org.jspecify.annotations.NullMarked;
