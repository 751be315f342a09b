/** Messages as callers see them. */
@NullMarked
package io.ordersystem.notifications.reading;

import org.jspecify.annotations.NullMarked;
