/** One address in front of the four services. */
@NullMarked
package io.ordersystem.devstack.gateway;

import org.jspecify.annotations.NullMarked;
