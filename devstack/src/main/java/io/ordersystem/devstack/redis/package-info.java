/** A real Redis server: the installed one, else the one of the Maven repository. */
@NullMarked
package io.ordersystem.devstack.redis;

import org.jspecify.annotations.NullMarked;
