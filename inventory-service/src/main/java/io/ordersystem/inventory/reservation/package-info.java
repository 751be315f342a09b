/**
 * Holding, releasing and committing stock for orders: commands from Kafka, many in one transaction.
 */
@NullMarked
package io.ordersystem.inventory.reservation;

import org.jspecify.annotations.NullMarked;
