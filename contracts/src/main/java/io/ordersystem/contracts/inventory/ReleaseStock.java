package io.ordersystem.contracts.inventory;

/**
 * Command: give back whatever is still held under the key. An unknown key is remembered as
 * released.
 */
public record ReleaseStock(String reservationKey, String reason) {}
