/** Runs the seed's load scenarios by k6, when that is on this machine. */
@NullMarked
package io.ordersystem.devstack.load;

import org.jspecify.annotations.NullMarked;
