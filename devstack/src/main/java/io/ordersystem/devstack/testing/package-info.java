/** Backing services and clients for the tests of the services. */
@NullMarked
package io.ordersystem.devstack.testing;

import org.jspecify.annotations.NullMarked;
