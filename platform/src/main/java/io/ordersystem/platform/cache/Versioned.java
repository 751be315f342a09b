package io.ordersystem.platform.cache;

/**
 * A value and the version of what it was read from.
 *
 * @param version ascends with each change of it
 */
public record Versioned(long version, String value) {}
