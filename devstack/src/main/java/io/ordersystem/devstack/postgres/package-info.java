/** A real PostgreSQL with a streaming replica, from binaries of the Maven repository. */
@NullMarked
package io.ordersystem.devstack.postgres;

import org.jspecify.annotations.NullMarked;
