/** All components of the local system, started, watched and stopped together. */
@NullMarked
package io.ordersystem.devstack.stack;

import org.jspecify.annotations.NullMarked;
