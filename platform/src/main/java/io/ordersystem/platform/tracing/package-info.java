/** Traces across what OpenTelemetry's libraries do not see: a stored row and a topic. */
@NullMarked
package io.ordersystem.platform.tracing;

import org.jspecify.annotations.NullMarked;
