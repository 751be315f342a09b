/** The command line, ./order-system. */
@NullMarked
package io.ordersystem.devstack.cli;

import org.jspecify.annotations.NullMarked;
