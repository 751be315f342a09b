/** Container images of the services, as archives, without a container engine. */
@NullMarked
package io.ordersystem.devstack.image;

import org.jspecify.annotations.NullMarked;
