package io.ordersystem.notifications.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.ordersystem.notifications.message.Channels;
import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much waits on each channel, for how long, and how much was given up: sampled every few
 * seconds, 0 for a channel with nothing.
 *
 * <p>A message whose channel this release does not have stays queued and is counted here: another
 * replica may have it during a rollout, and what nobody has must be seen.
 */
@Singleton
class QueueGauges {
  /** What waits for the contact of its order is not in the queue yet. */
  private static final String COUNT =
      """
      SELECT channel,
        count(*) FILTER (WHERE status = 'QUEUED' AND next_attempt_at IS NOT NULL) AS depth,
        coalesce(extract(epoch FROM $1 - min(next_attempt_at) FILTER (WHERE status = 'QUEUED' AND next_attempt_at <= $1)), 0)::bigint
          AS age,
        count(*) FILTER (WHERE status = 'FAILED') AS parked
      FROM messages
      WHERE status = 'FAILED' OR next_attempt_at IS NOT NULL
      GROUP BY channel
      """;

  private final Pool pool;
  private final Clock clock;
  private final Channels channels;
  private final MultiGauge depth;
  private final MultiGauge age;
  private final MultiGauge parked;

  QueueGauges(Pool pool, Clock clock, Channels channels, MeterRegistry metrics) {
    this.pool = pool;
    this.clock = clock;
    this.channels = channels;
    this.depth =
        MultiGauge.builder("notifications.queue.depth")
            .description("Messages that are to be sent, now or later")
            .register(metrics);
    this.age =
        MultiGauge.builder("notifications.queue.age.seconds")
            .description("For how long the oldest message that is due has been due")
            .register(metrics);
    this.parked =
        MultiGauge.builder("notifications.parked")
            .description("Messages that were given up after every attempt")
            .register(metrics);
  }

  private record Sample(String channel, long depth, long age, long parked) {}

  @Scheduled(
      every = "5s",
      delayed = "2s",
      identity = "queue-gauges",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> sample() {
    return pool.preparedQuery(COUNT)
        .execute(Tuple.of(OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)))
        .ifNoItem()
        .after(Duration.ofSeconds(4))
        .fail()
        .map(rows -> {
          List<Sample> samples = new ArrayList<>();
          rows.forEach(row ->
              samples.add(
                  new Sample(
                      row.getString("channel"),
                      row.getLong("depth"),
                      row.getLong("age"),
                      row.getLong("parked"))));
          return samples;
        })
        .invoke(this::show)
        .onFailure(SqlFailures::isUnavailable)
        // The last numbers stay: an alert must not end because they cannot be read.
        .invoke(failure -> Log.warnf("The queue cannot be counted: %s", failure.toString()))
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull()
        .replaceWithVoid();
  }

  private void show(List<Sample> samples) {
    Map<String, Sample> all = new TreeMap<>();
    channels.names().forEach(name -> all.put(name, new Sample(name, 0, 0, 0)));
    for (Sample sample : samples) {
      if (all.put(sample.channel(), sample) == null && sample.depth() > 0) {
        Log.errorf(
            "%d messages wait for the channel %s, which this release does not have",
            sample.depth(), sample.channel());
      }
    }
    Collection<Sample> shown = all.values();
    depth.register(shown.stream().map(it -> row(it, it.depth())).toList(), true);
    age.register(shown.stream().map(it -> row(it, it.age())).toList(), true);
    parked.register(shown.stream().map(it -> row(it, it.parked())).toList(), true);
  }

  private static Row<Number> row(Sample sample, long number) {
    return Row.of(Tags.of("channel", sample.channel()), number);
  }
}
