/** Sending, outside every transaction, until it is sent or given up. */
@NullMarked
package io.ordersystem.notifications.delivery;

import org.jspecify.annotations.NullMarked;
