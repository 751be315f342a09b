package io.ordersystem.devstack.drill;

import java.time.Duration;

/**
 * How many orders run while something is destroyed.
 *
 * @param before for how long they run before it
 * @param after for how long they run on when the system answers again
 */
record Pressure(int ordersPerSecond, Duration before, Duration after) {
  static final Pressure SHORT = new Pressure(5, Duration.ofSeconds(5), Duration.ofSeconds(5));
  static final Pressure FULL = new Pressure(10, Duration.ofSeconds(20), Duration.ofSeconds(30));
}
