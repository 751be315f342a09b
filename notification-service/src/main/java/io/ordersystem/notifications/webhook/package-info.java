/** Events for machines: endpoints of sellers and operators, and signed posts to them. */
@NullMarked
package io.ordersystem.notifications.webhook;

import org.jspecify.annotations.NullMarked;
