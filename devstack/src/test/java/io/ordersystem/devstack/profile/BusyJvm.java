package io.ordersystem.devstack.profile;

import java.time.Duration;

/** A JVM to look into: half of the time it computes. Ends by itself. */
final class BusyJvm {
  private static final Duration LIFE = Duration.ofMinutes(2);

  private BusyJvm() {}

  public static void main(String[] arguments) throws InterruptedException {
    long end = System.nanoTime() + LIFE.toNanos();
    while (System.nanoTime() < end) {
      compute(Duration.ofMillis(20));
      Thread.sleep(20);
    }
  }

  /** Computes, in a frame of its own. */
  static void compute(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
