/** Values in Redis that are never older than what is there: hints, not the truth. */
@NullMarked
package io.ordersystem.platform.cache;

import org.jspecify.annotations.NullMarked;
