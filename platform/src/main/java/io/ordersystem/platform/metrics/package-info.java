/** What every meter of a service has in common. {@code docs/metrics.md} lists them. */
@NullMarked
package io.ordersystem.platform.metrics;

import org.jspecify.annotations.NullMarked;
