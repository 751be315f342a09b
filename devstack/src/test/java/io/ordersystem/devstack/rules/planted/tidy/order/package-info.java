/** Sample: the {@code order} package of a service as it should be. */
@NullMarked
package io.ordersystem.devstack.rules.planted.tidy.order;

import org.jspecify.annotations.NullMarked;
