/** Sample: the {@code cancellation} package of a service with every fault that a rule knows. */
@NullMarked
package io.ordersystem.devstack.rules.planted.untidy.cancellation;

import org.jspecify.annotations.NullMarked;
