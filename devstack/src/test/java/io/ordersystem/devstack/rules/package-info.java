/** The rules of the services, each seen to fail on a planted fault. */
@NullMarked
package io.ordersystem.devstack.rules;

import org.jspecify.annotations.NullMarked;
