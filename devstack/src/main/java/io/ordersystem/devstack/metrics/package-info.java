/** What services export to Prometheus, read back: the one place that knows the text. */
@NullMarked
package io.ordersystem.devstack.metrics;

import org.jspecify.annotations.NullMarked;
