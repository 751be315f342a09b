/**
 * The model: what a seller has of a variant, what of it is held, and at what price it is offered.
 */
@NullMarked
package io.ordersystem.inventory.stock;

import org.jspecify.annotations.NullMarked;
