package io.ordersystem.platform.metrics;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.LongStream;

/**
 * Timers with buckets, so that quantiles over all pods can be asked for. The bounds are few, and
 * each objective of the seed is one of them: creation in 500 ms, payment in 2 s.
 */
public final class Durations {
  private static final Duration[] ANSWERS =
      millis(5, 10, 25, 50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 30_000);

  private static final Duration[] STATEMENTS = millis(1, 5, 25, 100, 1_000);

  private static final Duration[] STEPS =
      millis(
          50, 100, 250, 500, 1_000, 2_000, 5_000, 30_000, 300_000, 900_000, 3_600_000, 86_400_000);

  private Durations() {}

  /** Of something that somebody waits for: 5 ms to 30 s. */
  public static Timer.Builder ofAnswers(String name) {
    return Timer.builder(name).serviceLevelObjectives(ANSWERS);
  }

  /** Of single statements, of which there are many kinds: 1 ms to 1 s in five steps. */
  public static Timer.Builder ofStatements(String name) {
    return Timer.builder(name).serviceLevelObjectives(STATEMENTS);
  }

  /** Of steps that people take, too: 50 ms to a day. */
  public static Timer.Builder ofSteps(String name) {
    return Timer.builder(name)
        .serviceLevelObjectives(STEPS)
        .maximumExpectedValue(Duration.ofDays(1));
  }

  private static Duration[] millis(long... bounds) {
    return LongStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }
}
