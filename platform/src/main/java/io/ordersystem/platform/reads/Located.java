package io.ordersystem.platform.reads;

import io.ordersystem.platform.sql.Position;
import org.jspecify.annotations.Nullable;

/**
 * What was read.
 *
 * @param position what the reading includes everything up to; null when it was not asked for
 * @param source {@code replica} or {@code primary}
 */
public record Located<T>(T value, @Nullable Position position, String source) {}
