/** Everything together: the components, the four services, their ports and their order. */
@NullMarked
package io.ordersystem.devstack.stack;

import org.jspecify.annotations.NullMarked;
