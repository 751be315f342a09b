/** Readiness: the database with our schema; never Kafka or Redis. */
@NullMarked
package io.ordersystem.platform.health;

import org.jspecify.annotations.NullMarked;
