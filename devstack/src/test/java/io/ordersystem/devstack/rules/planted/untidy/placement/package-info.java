/** Sample: the {@code placement} package of a service with every fault that a rule knows. */
@NullMarked
package io.ordersystem.devstack.rules.planted.untidy.placement;

import org.jspecify.annotations.NullMarked;
