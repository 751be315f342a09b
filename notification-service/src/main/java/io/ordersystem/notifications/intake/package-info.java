/** What happened to orders, and who is behind them, becomes messages. */
@NullMarked
package io.ordersystem.notifications.intake;

import org.jspecify.annotations.NullMarked;
