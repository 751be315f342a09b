/** Arithmetic of amounts in minor units. */
@NullMarked
package io.ordersystem.platform.amounts;

import org.jspecify.annotations.NullMarked;
