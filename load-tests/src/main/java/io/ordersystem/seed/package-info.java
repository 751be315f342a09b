/**
 * The seed document's way of reserving stock: one order per SERIALIZABLE transaction, the row read
 * with FOR UPDATE, its new value computed here and written back. Honest, so that a ratio to it
 * means something: the same HTTP stack, tables, messages and durability as inventory-service, and
 * retries with back-off.
 */
@NullMarked
package io.ordersystem.seed;

import org.jspecify.annotations.NullMarked;
