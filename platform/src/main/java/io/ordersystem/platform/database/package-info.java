/**
 * What the database says about itself, as metrics: each service about its own role and schema. The
 * questions are in {@code figures/*.sql}; {@code ./order-system db} asks the same.
 */
@NullMarked
package io.ordersystem.platform.database;

import org.jspecify.annotations.NullMarked;
