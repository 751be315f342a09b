package io.ordersystem.devstack.profile;

import java.util.List;
import java.util.Locale;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import one.convert.Arguments;
import org.jspecify.annotations.Nullable;

/** What a profile is of: the events of the flight recorder that show it, and their measure. */
enum ProfiledEvent {
  /** Time on a processor, in nanoseconds, of threads that run Java; not of the JVM's own. */
  CPU("CPU time", "a sample is 10 ms of CPU time") {
    @Override
    List<String> settings() {
      return List.of(
          "jdk.CPUTimeSample#enabled=true",
          "jdk.CPUTimeSample#throttle=10ms",
          "jdk.CPUTimeSamplesLost#enabled=true");
    }

    @Override
    boolean isShownBy(RecordedEvent event) {
      return named(event, "jdk.CPUTimeSample") && !event.getBoolean("failed");
    }

    @Override
    long missed(RecordedEvent event) {
      return named(event, "jdk.CPUTimeSamplesLost")
          ? event.getLong("lostSamples")
          : named(event, "jdk.CPUTimeSample") && event.getBoolean("failed") ? 1 : 0;
    }

    @Override
    long amount(RecordedEvent event) {
      return event.getDuration("samplingPeriod").toNanos();
    }

    @Override
    @Nullable RecordedClass subject(RecordedEvent event) {
      return null;
    }

    @Override
    String text(long amount) {
      return seconds(amount);
    }

    @Override
    void choose(Arguments conversion) {
      conversion.cpuTime = true;
    }
  },

  /** Allocated memory, in bytes, by class. */
  ALLOC("allocated memory", "a sample is a byte") {
    @Override
    List<String> settings() {
      // Unthrottled: one event per buffer that a thread has filled is few enough, and misses none.
      return List.of(
          "jdk.ObjectAllocationSample#enabled=true",
          "jdk.ObjectAllocationSample#stackTrace=true",
          "jdk.ObjectAllocationSample#throttle=off");
    }

    @Override
    boolean isShownBy(RecordedEvent event) {
      return named(event, "jdk.ObjectAllocationSample");
    }

    @Override
    long amount(RecordedEvent event) {
      return event.getLong("weight");
    }

    @Override
    @Nullable RecordedClass subject(RecordedEvent event) {
      return event.getClass("objectClass");
    }

    @Override
    String text(long amount) {
      return "%.1f MiB".formatted(amount / 1024.0 / 1024.0);
    }

    @Override
    void choose(Arguments conversion) {
      conversion.alloc = true;
      conversion.total = true;
    }
  },

  /**
   * Waits for a monitor, a lock of {@code java.util.concurrent} or a semaphore, of a millisecond or
   * more, in nanoseconds. Waits for work, such as of a pool's idle threads, are not among them.
   */
  LOCK("waiting for locks", "a sample is a nanosecond of waiting") {
    private static final List<String> LOCKS =
        List.of(
            "java.util.concurrent.locks.ReentrantLock$",
            "java.util.concurrent.locks.ReentrantReadWriteLock$",
            "java.util.concurrent.locks.StampedLock",
            "java.util.concurrent.Semaphore$");

    @Override
    List<String> settings() {
      return List.of(
          "jdk.JavaMonitorEnter#enabled=true",
          "jdk.JavaMonitorEnter#stackTrace=true",
          "jdk.JavaMonitorEnter#threshold=1ms",
          "jdk.ThreadPark#enabled=true",
          "jdk.ThreadPark#stackTrace=true",
          "jdk.ThreadPark#threshold=1ms");
    }

    @Override
    boolean isShownBy(RecordedEvent event) {
      if (named(event, "jdk.ThreadPark")) {
        var parked = event.getClass("parkedClass");
        return parked != null && LOCKS.stream().anyMatch(parked.getName()::startsWith);
      }
      return named(event, "jdk.JavaMonitorEnter");
    }

    @Override
    long amount(RecordedEvent event) {
      return event.getDuration().toNanos();
    }

    @Override
    @Nullable RecordedClass subject(RecordedEvent event) {
      return event.getClass(named(event, "jdk.ThreadPark") ? "parkedClass" : "monitorClass");
    }

    @Override
    String text(long amount) {
      return seconds(amount);
    }

    @Override
    void choose(Arguments conversion) {
      conversion.lock = true;
      conversion.total = true;
    }
  };

  private final String meaning;
  private final String unit;

  ProfiledEvent(String meaning, String unit) {
    this.meaning = meaning;
    this.unit = unit;
  }

  /** What it is, in words. */
  String meaning() {
    return meaning;
  }

  /** What the flame graph calls a sample. */
  String unit() {
    return unit;
  }

  /** What the flight recorder is told, each as {@code event#setting=value}. */
  abstract List<String> settings();

  /** Whether an event with a stack counts, as far as it alone can tell. */
  abstract boolean isShownBy(RecordedEvent event);

  /** For how many samples without a stack the event stands. */
  long missed(RecordedEvent event) {
    return 0;
  }

  /** How much one event stands for. */
  abstract long amount(RecordedEvent event);

  /** The class that was allocated or waited for. */
  abstract @Nullable RecordedClass subject(RecordedEvent event);

  /** An amount with its unit. */
  abstract String text(long amount);

  /** Makes the converter look at these events. */
  abstract void choose(Arguments conversion);

  /** As people write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static boolean named(RecordedEvent event, String name) {
    return event.getEventType().getName().equals(name);
  }

  private static String seconds(long nanos) {
    return "%.2f s".formatted(nanos / 1e9);
  }
}
