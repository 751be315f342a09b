/** Sample: the {@code order} package of a service with every fault that a rule knows. */
@NullMarked
package io.ordersystem.devstack.rules.planted.untidy.order;

import org.jspecify.annotations.NullMarked;
