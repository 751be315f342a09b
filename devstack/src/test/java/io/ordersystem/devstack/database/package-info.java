@NullMarked
package io.ordersystem.devstack.database;

import org.jspecify.annotations.NullMarked;
