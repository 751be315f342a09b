/** A Prometheus of this machine's own, which watches the local system by the chart's rules. */
@NullMarked
package io.ordersystem.devstack.prometheus;

import org.jspecify.annotations.NullMarked;
