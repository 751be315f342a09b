/** Deadlines: unpaid orders end, unanswered commands are sent again. */
@NullMarked
package io.ordersystem.orders.expiry;

import org.jspecify.annotations.NullMarked;
