/** The one way to a transaction: SQL on the reactive PostgreSQL client. */
@NullMarked
package io.ordersystem.platform.sql;

import org.jspecify.annotations.NullMarked;
