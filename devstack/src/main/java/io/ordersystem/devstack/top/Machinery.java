package io.ordersystem.devstack.top;

import io.ordersystem.devstack.metrics.Sample;
import io.ordersystem.devstack.metrics.Samples;
import io.ordersystem.devstack.top.Observation.Heard;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** What the business runs on: processes, messages, reads, and whether the rows add up. */
final class Machinery {
  private static final List<Integer> TWO = List.of(33, 8, 8);

  /** What SmallRye calls a consumer of Kafka, before the name of the channel, which is ours too. */
  private static final String CLIENT = "kafka-consumer-";

  private final Services services;

  Machinery(Services services) {
    this.services = services;
  }

  /** A processor is 100%; memory as in {@code status}. */
  Block processes(List<Heard> processes) {
    var block =
        new Block(
            1, List.of(13, 6, 6, 8, 8, 8), "SERVICES", "cpu", "MiB", "outbox", "oldest", "sent/s");
    for (Heard heard : processes) {
      Told told = services.of(heard.service());
      OptionalDouble nanos = told.perSecond(told.growth().named("process_cpu_time_ns_total"));
      block.add(
          heard.service(),
          Text.percent(scaled(nanos, 1.0 / TimeUnit.SECONDS.toNanos(1))),
          Long.toString(heard.mebibytes()),
          Text.count(told.now().named("outbox_depth").max()),
          Text.age(told.now().named("outbox_oldest_age_seconds").max()),
          told.rate(told.growth().named("outbox_published_total")));
    }
    return block;
  }

  Block reads() {
    var block = new Block(1, TWO, "READS", "per s", "share");
    String counter = "reads_database_total";
    OptionalDouble all = services.perSecond(counter, reads -> reads);
    Function<Samples, Samples> replica = reads -> reads.with("source", "replica");
    add(block, "replica", services.perSecond(counter, replica), all);
    for (String why : services.values(counter, "why")) {
      Function<Samples, Samples> primary =
          reads -> reads.with("source", "primary").with("why", why);
      add(block, "primary: " + why, services.perSecond(counter, primary), all);
    }
    return block;
  }

  private static void add(Block block, String name, OptionalDouble part, OptionalDouble all) {
    block.add(name, Text.rate(part), share(part, all));
  }

  Block caches() {
    var block = new Block(1, TWO, "CACHE", "per s", "hits");
    String counter = "cache_lookups_total";
    for (String cache : services.values(counter, "cache")) {
      OptionalDouble all = services.perSecond(counter, lookups -> lookups.with("cache", cache));
      OptionalDouble hits =
          services.perSecond(
              counter, lookups -> lookups.with("cache", cache).with("result", "hit"));
      block.add(cache, Text.rate(all), share(hits, all));
    }
    return block;
  }

  private static String share(OptionalDouble part, OptionalDouble all) {
    if (all.isPresent() && all.getAsDouble() == 0) {
      return Text.NOTHING;
    }
    return Text.percent(all.isPresent() ? scaled(part, 1 / all.getAsDouble()) : all);
  }

  private static OptionalDouble scaled(OptionalDouble value, double by) {
    return value.isPresent() ? OptionalDouble.of(value.getAsDouble() * by) : value;
  }

  /** How many hold; then those that are violated, and those of which nobody knows. */
  Block invariants() {
    var block = new Block(1, List.of(41, 8), "INVARIANTS", "rows");
    var bad = new LinkedHashMap<String, OptionalDouble>();
    int watched = 0;
    for (var service : services.byName().entrySet()) {
      for (Sample invariant : service.getValue().now().named("invariant_violations").all()) {
        watched++;
        if (invariant.value() != 0) {
          bad.put(
              invariant.label("invariant") + " of " + service.getKey(),
              new Samples(List.of(invariant)).max());
        }
      }
    }
    block.add("%d of %d hold".formatted(watched - bad.size(), watched));
    bad.forEach((invariant, rows) ->
        block.add(invariant + (rows.isPresent() ? " VIOLATED" : ""), Text.count(rows)));
    return block;
  }

  Block consumers() {
    var block =
        new Block(
            2,
            List.of(14, 26, 10, 10, 10, 10, 10, 10),
            "CONSUMERS",
            "",
            "per s",
            "in hand",
            "in Kafka",
            "delay p50",
            "p99",
            "parked");
    services
        .byName()
        .forEach((service, told) -> {
          for (String consumer : told.now().named("inbox_lag_seconds").values("consumer")) {
            add(block, service, consumer, told);
          }
        });
    return block;
  }

  private static void add(Block block, String service, String consumer, Told told) {
    Samples now = told.now().with("consumer", consumer);
    Samples growth = told.growth().with("consumer", consumer);
    Samples delays = growth.named("inbox_delay_seconds_bucket");
    block.add(
        service,
        consumer,
        told.rate(growth.named("inbox_delay_seconds_count")),
        Text.age(now.named("inbox_lag_seconds").max()),
        Text.count(inKafka(told, consumer)),
        told.quantile(delays, 0.5),
        told.quantile(delays, 0.99),
        Text.count(now.named("inbox_parked_keys").max()));
  }

  /**
   * Of each partition once: Kafka 4 exports it twice, the second time with lines for the dots of
   * the topic's name. Not known in the first minute of a process, whose metrics are then not bound.
   */
  private static OptionalDouble inKafka(Told told, String consumer) {
    Samples lags =
        told.now()
            .named("kafka_consumer_fetch_manager_records_lag")
            .with("client_id", CLIENT + consumer);
    return lags.values("partition").stream()
        .flatMapToDouble(partition -> lags.with("partition", partition).max().stream())
        .reduce(Double::sum);
  }
}
