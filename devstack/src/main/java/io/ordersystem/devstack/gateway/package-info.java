/** One address in front of all services, as an HTTPRoute is on Kubernetes. */
@NullMarked
package io.ordersystem.devstack.gateway;

import org.jspecify.annotations.NullMarked;
