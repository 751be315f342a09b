/** The whole system from outside: by its command line and by HTTP. */
@NullMarked
package io.ordersystem.system;

import org.jspecify.annotations.NullMarked;
