/** Data for benchmarks: many old orders, written past the services but as they would have. */
@NullMarked
package io.ordersystem.devstack.data;

import org.jspecify.annotations.NullMarked;
