/** What order-service publishes. */
@NullMarked
package io.ordersystem.contracts.order;

import org.jspecify.annotations.NullMarked;
