/** Asks the running system, read-only, whether stock, money and versions add up. */
@NullMarked
package io.ordersystem.devstack.check;

import org.jspecify.annotations.NullMarked;
