package io.ordersystem.devstack.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting that ends: polls a condition until it holds or a deadline has passed. */
public final class Await {
  private static final Duration POLL = Duration.ofMillis(25);

  private Await() {}

  /** Whether the condition held before the deadline. */
  public static boolean within(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      pause();
    }
    return true;
  }

  private static void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ComponentFailed("interrupted while waiting", e);
    }
  }
}
