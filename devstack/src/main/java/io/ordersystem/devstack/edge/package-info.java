/** The process at the edge of the local system: gateway and mail sink. */
@NullMarked
package io.ordersystem.devstack.edge;

import org.jspecify.annotations.NullMarked;
