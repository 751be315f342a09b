/** What operators ask a running process, on the management port. */
@NullMarked
package io.ordersystem.platform.ops;

import org.jspecify.annotations.NullMarked;
