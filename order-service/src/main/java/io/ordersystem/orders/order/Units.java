package io.ordersystem.orders.order;

import java.util.UUID;

/**
 * Some units of one line.
 *
 * @param quantity at least 1
 */
public record Units(UUID itemId, int quantity) {}
