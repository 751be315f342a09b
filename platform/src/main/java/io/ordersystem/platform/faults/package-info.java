/** Named places where a test or an operator of a test system makes a process die, wait or fail. */
@NullMarked
package io.ordersystem.platform.faults;

import org.jspecify.annotations.NullMarked;
