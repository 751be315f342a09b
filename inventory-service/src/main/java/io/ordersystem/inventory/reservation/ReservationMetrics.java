package io.ordersystem.inventory.reservation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ordersystem.contracts.EventType;
import io.ordersystem.inventory.reservation.Asked.Door;
import io.ordersystem.inventory.reservation.DecideReservations.Decision;
import io.ordersystem.inventory.reservation.ReservationBatch.Changed;
import io.ordersystem.platform.metrics.Durations;
import io.ordersystem.platform.problem.DomainException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The seed's figures of reservations. Its success rate counts technical failures: who is told that
 * there is not enough was served.
 */
@Singleton
class ReservationMetrics {
  private final MeterRegistry registry;
  private final Map<Door, Timer> latency = new EnumMap<>(Door.class);
  private final DistributionSummary batchSize;
  private final Timer lockWait;
  private final Counter expired;

  ReservationMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Door door : Door.values()) {
      // From the start: a rate needs the zero before the first failure.
      for (Result result : Result.values()) {
        Counter _ = requests(door, result);
      }
      latency.put(
          door,
          Durations.ofAnswers("inventory.reservation.latency")
              .description("From the arrival of a request to the commit of its batch")
              .tag("door", name(door))
              .register(registry));
    }
    batchSize =
        DistributionSummary.builder("inventory.reservation.batch.size")
            .description("Requests that were decided in one transaction")
            .serviceLevelObjectives(1, 4, 16, 64, 128, 256)
            .register(registry);
    lockWait =
        Durations.ofStatements("inventory.stock.lock.wait")
            .description("How long a batch waited for its stock rows")
            .register(registry);
    expired =
        Counter.builder("inventory.reservation.expired")
            .description("Reservations whose time was up")
            .register(registry);
  }

  void batch(int size) {
    batchSize.record(size);
  }

  void waited(long nanos) {
    lockWait.record(Duration.ofNanos(nanos));
  }

  /** A request was answered. */
  void served(Door door, Result result, long nanos) {
    requests(door, result).increment();
    Objects.requireNonNull(latency.get(door)).record(Duration.ofNanos(nanos));
  }

  private Counter requests(Door door, Result result) {
    return registry.counter(
        "inventory.reservation.requests", "door", name(door), "result", name(result));
  }

  /** A batch of orders was decided. */
  void decided(List<Decision> decisions, long nanos) {
    for (Decision decision : decisions) {
      served(Door.ORDERS, decision.isShort() ? Result.REFUSED : Result.GRANTED, nanos);
    }
  }

  /** How a request ended. */
  enum Result {
    GRANTED,
    REFUSED,
    FAILED
  }

  /** Of what its caller is told; a refusal with a reason is no failure. */
  static Result result(@Nullable Throwable failure) {
    if (failure == null) {
      return Result.GRANTED;
    }
    return failure instanceof DomainException refusal && refusal.type().status() < 500
        ? Result.REFUSED
        : Result.FAILED;
  }

  void changed(Collection<Changed> changes) {
    for (Changed change : changes) {
      registry
          .counter("inventory.reservations", "outcome", change.reservation().status().name())
          .increment();
      if (change.event() == EventType.RESERVATION_EXPIRED) {
        expired.increment();
      }
    }
  }

  void depth(Supplier<Number> depth) {
    Gauge.builder("inventory.reservation.queue.depth", depth)
        .description("Requests that wait for their batch")
        .register(registry);
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
