/** Time-ordered ids and the clock. */
@NullMarked
package io.ordersystem.platform.ids;

import org.jspecify.annotations.NullMarked;
