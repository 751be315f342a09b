/** What notification-service publishes. */
@NullMarked
package io.ordersystem.contracts.notification;

import org.jspecify.annotations.NullMarked;
