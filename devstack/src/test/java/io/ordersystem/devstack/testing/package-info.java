/** The backing services of the tests, tested. */
@NullMarked
package io.ordersystem.devstack.testing;

import org.jspecify.annotations.NullMarked;
