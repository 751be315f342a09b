/** The command line. */
@NullMarked
package io.ordersystem.devstack.cli;

import org.jspecify.annotations.NullMarked;
