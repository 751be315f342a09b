/** How much of what can be had: the seed's inventory check. */
@NullMarked
package io.ordersystem.inventory.availability;

import org.jspecify.annotations.NullMarked;
