/** Rules that the rows of a service's own schema keep, watched while it runs. */
@NullMarked
package io.ordersystem.platform.invariants;

import org.jspecify.annotations.NullMarked;
