package io.ordersystem.notifications.webhook;

/**
 * What a recovery did.
 *
 * @param recovered deliveries that are sent again now, the oldest of those that failed
 * @param remaining failed ones of that time that are left for another call
 */
record RecoveryView(int recovered, long remaining) {}
