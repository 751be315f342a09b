/** A real Redis server as a detached process. */
@NullMarked
package io.ordersystem.devstack.redis;

import org.jspecify.annotations.NullMarked;
