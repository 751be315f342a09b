/** Offers: a seller's price and stock of a variant, as callers write and read them. */
@NullMarked
package io.ordersystem.inventory.offers;

import org.jspecify.annotations.NullMarked;
