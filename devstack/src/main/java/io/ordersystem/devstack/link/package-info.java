/** Links between the services and what they stand on, which can be cut, slowed and held. */
@NullMarked
package io.ordersystem.devstack.link;

import org.jspecify.annotations.NullMarked;
