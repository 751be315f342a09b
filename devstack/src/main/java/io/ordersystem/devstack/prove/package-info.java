/** The promises of the system, each with the program that proves it on running processes. */
@NullMarked
package io.ordersystem.devstack.prove;

import org.jspecify.annotations.NullMarked;
