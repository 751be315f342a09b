/** Disasters on purpose: a failover and a restore, for real, with numbers. */
@NullMarked
package io.ordersystem.devstack.drill;

import org.jspecify.annotations.NullMarked;
