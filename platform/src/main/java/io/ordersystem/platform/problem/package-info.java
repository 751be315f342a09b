/** Refusals, and the one place that turns them into RFC 9457 problem documents. */
@NullMarked
package io.ordersystem.platform.problem;

import org.jspecify.annotations.NullMarked;
