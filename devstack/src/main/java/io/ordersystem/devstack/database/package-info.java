/** What a database says about itself: slow statements, indexes, locks. */
@NullMarked
package io.ordersystem.devstack.database;

import org.jspecify.annotations.NullMarked;
