/** What the rows of this service must satisfy whenever somebody looks. */
@NullMarked
package io.ordersystem.payments.invariants;

import org.jspecify.annotations.NullMarked;
