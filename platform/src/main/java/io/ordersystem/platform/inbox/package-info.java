/** Messages take effect once, in order per key, also when they arrive twice. */
@NullMarked
package io.ordersystem.platform.inbox;

import org.jspecify.annotations.NullMarked;
