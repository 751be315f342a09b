/** {@code ./order-system top}: live figures of the running system, asked from its processes. */
@NullMarked
package io.ordersystem.devstack.top;

import org.jspecify.annotations.NullMarked;
