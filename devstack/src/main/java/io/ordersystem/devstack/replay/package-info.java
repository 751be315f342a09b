/** Places the historic orders of a Northwind directory and compares what came of them with it. */
@NullMarked
package io.ordersystem.devstack.replay;

import org.jspecify.annotations.NullMarked;
