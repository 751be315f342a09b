package io.ordersystem.platform.faults;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Where code says that it passes a {@link FaultPoint}. Off unless {@code faults.enabled} is true:
 * then a pass costs one comparison, and nothing can be armed.
 */
@Singleton
public class FaultPoints {
  private final boolean enabled;
  private final Map<FaultPoint, LongAdder> passes = new EnumMap<>(FaultPoint.class);
  private final Map<FaultPoint, Armed> armed = new ConcurrentHashMap<>();

  /** There once a kill was armed. */
  private volatile @Nullable SelfKill selfKill;

  /** Points that can be armed when enabled. */
  public FaultPoints(
      @ConfigProperty(name = "faults.enabled", defaultValue = "false") boolean enabled) {
    this.enabled = enabled;
    for (FaultPoint point : FaultPoint.values()) {
      passes.put(point, new LongAdder());
    }
  }

  private record Armed(Fault fault, AtomicInteger left) {}

  /** Whether anything can be armed in this process. */
  public boolean enabled() {
    return enabled;
  }

  /**
   * Passes the point in a reactive chain.
   *
   * @return fails with {@link InjectedFault} when that was asked for
   */
  public Uni<Void> pass(FaultPoint point) {
    if (!enabled) {
      return Uni.createFrom().voidItem();
    }
    // Deferred: what counts is when the chain gets here, not when it was put together.
    return Uni.createFrom()
        .deferred(() -> {
          Fault fault = due(point);
          if (fault == null) {
            return Uni.createFrom().voidItem();
          }
          return switch (fault.action()) {
            case KILL -> throw Objects.requireNonNull(selfKill).now();
            case DELAY -> Uni.createFrom().voidItem().onItem().delayIt().by(fault.pause());
            case FAIL -> Uni.createFrom().failure(new InjectedFault(point));
          };
        });
  }

  /**
   * Passes the point on a thread that may block.
   *
   * @throws InjectedFault when that was asked for
   */
  public void passBlocking(FaultPoint point) throws InterruptedException {
    if (!enabled) {
      return;
    }
    Fault fault = due(point);
    if (fault != null) {
      switch (fault.action()) {
        case KILL -> throw Objects.requireNonNull(selfKill).now();
        case DELAY -> Thread.sleep(fault.pause());
        case FAIL -> throw new InjectedFault(point);
      }
    }
  }

  /** Arms the point for one fault, in place of one that has not happened yet. */
  public void arm(FaultPoint point, Fault fault) {
    if (!enabled) {
      throw new IllegalStateException("faults are off in this process");
    }
    Log.warnf("Armed: %s at %s after %d passes", fault.action(), point.id(), fault.after());
    if (fault.action() == Fault.Action.KILL) {
      selfKill = new SelfKill();
    }
    armed.put(point, new Armed(fault, new AtomicInteger(fault.after())));
  }

  /** How often each point was passed since this process started. */
  public Map<FaultPoint, Long> passes() {
    var counts = new EnumMap<FaultPoint, Long>(FaultPoint.class);
    passes.forEach((point, count) -> counts.put(point, count.sum()));
    return counts;
  }

  private @Nullable Fault due(FaultPoint point) {
    LongAdder count = passes.get(point);
    if (count != null) {
      count.increment();
    }
    Armed waiting = armed.get(point);
    if (waiting == null || waiting.left().getAndDecrement() > 0) {
      return null;
    }
    // Once: of several that pass at the same moment only the one that removes it gets it.
    if (!armed.remove(point, waiting)) {
      return null;
    }
    Log.warnf("%s at %s", waiting.fault().action(), point.id());
    return waiting.fault();
  }
}
