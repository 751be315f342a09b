/** Partitions made ahead of time. */
@NullMarked
package io.ordersystem.platform.partitions;

import org.jspecify.annotations.NullMarked;
