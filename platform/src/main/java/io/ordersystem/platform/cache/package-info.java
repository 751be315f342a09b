/** Values in Redis that are never older than their readers allow: hints, not the truth. */
@NullMarked
package io.ordersystem.platform.cache;

import org.jspecify.annotations.NullMarked;
