package io.ordersystem.devstack.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waiting that ends: polls a condition until it holds or a deadline has passed. */
public final class Await {
  private static final Duration POLL = Duration.ofMillis(25);

  private Await() {}

  /** Whether the condition held before the deadline. */
  public static boolean within(Duration limit, BooleanSupplier condition) {
    return seen(limit, condition::getAsBoolean, held -> held);
  }

  /** What was seen when it was first good, or else what was seen last before the deadline. */
  public static <T> T seen(Duration limit, Supplier<T> look, Predicate<T> good) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      T seen = look.get();
      if (good.test(seen) || System.nanoTime() - deadline >= 0) {
        return seen;
      }
      pause();
    }
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
