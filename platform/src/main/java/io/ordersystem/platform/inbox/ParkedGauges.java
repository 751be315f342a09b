package io.ordersystem.platform.inbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.ordersystem.platform.inbox.ParkedMessages.Total;
import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** How much is parked, for the alert: sampled every few seconds, 0 for a consumer with nothing. */
@Singleton
class ParkedGauges {
  private final ParkedMessages parked;
  private final MultiGauge keys;
  private final MultiGauge messages;

  ParkedGauges(ParkedMessages parked, MeterRegistry metrics) {
    this.parked = parked;
    this.keys =
        MultiGauge.builder("inbox.parked.keys")
            .description("Keys that wait for a redrive or discard")
            .register(metrics);
    this.messages =
        MultiGauge.builder("inbox.parked.messages")
            .description("Messages that wait with them")
            .register(metrics);
  }

  @Scheduled(
      every = "5s",
      delayed = "5s",
      identity = "parked-gauges",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sample() {
    return parked
        .totals()
        .ifNoItem()
        .after(Duration.ofSeconds(4))
        .fail()
        .invoke(this::show)
        .onFailure(SqlFailures::isUnavailable)
        // The last numbers stay: nothing is freed by itself, and an alert must not end here.
        .invoke(failure -> Log.warnf("What is parked cannot be counted: %s", failure.toString()))
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull()
        .replaceWithVoid();
  }

  private void show(List<Total> totals) {
    keys.register(totals.stream().map(total -> row(total, total.keys())).toList(), true);
    messages.register(totals.stream().map(total -> row(total, total.messages())).toList(), true);
  }

  private static Row<Number> row(Total total, long count) {
    return Row.of(Tags.of("consumer", total.consumer()), count);
  }
}
