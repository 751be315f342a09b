/** Sample: the {@code cancellation} package of a service as it should be. */
@NullMarked
package io.ordersystem.devstack.rules.planted.tidy.cancellation;

import org.jspecify.annotations.NullMarked;
