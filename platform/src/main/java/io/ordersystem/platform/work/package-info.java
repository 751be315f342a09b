/** Calls to foreign systems for rows that are claimed under a lease. */
@NullMarked
package io.ordersystem.platform.work;

import org.jspecify.annotations.NullMarked;
