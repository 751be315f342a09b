package io.ordersystem.orders.order;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.ordersystem.platform.metrics.Durations;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;

/** The seed's latency of status transitions, per edge; of parents, children and plain orders. */
final class TransitionMetrics {
  private final Clock clock;
  private final MeterRegistry metrics;

  TransitionMetrics(Clock clock, MeterRegistry metrics) {
    this.clock = clock;
    this.metrics = metrics;
    // From the start: a rate needs the zero before the first one.
    Timer _ = edge(OrderStatus.PENDING, OrderStatus.CONFIRMED);
  }

  /** An order was committed as it is now. */
  void count(Order order) {
    OrderStatus from = order.statusBefore();
    OrderStatus to = order.status();
    if (from == to) {
      return;
    }
    edge(from, to).record(Duration.between(order.header().createdAt(), clock.instant()));
    CancelReason reason = order.state().cancelReason();
    if (reason != null) {
      metrics.counter("order.cancellations", "reason", label(reason)).increment();
    }
  }

  private Timer edge(OrderStatus from, OrderStatus to) {
    return Durations.ofSteps("order.transition.latency")
        .description("Age of an order when its status changes")
        .tags(Tags.of("from", label(from), "to", label(to)))
        .register(metrics);
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
