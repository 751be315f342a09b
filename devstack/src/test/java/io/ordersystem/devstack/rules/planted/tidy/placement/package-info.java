/** Sample: the {@code placement} package of a service as it should be. */
@NullMarked
package io.ordersystem.devstack.rules.planted.tidy.placement;

import org.jspecify.annotations.NullMarked;
