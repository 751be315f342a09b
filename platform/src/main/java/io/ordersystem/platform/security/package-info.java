/** Who is calling. */
@NullMarked
package io.ordersystem.platform.security;

import org.jspecify.annotations.NullMarked;
