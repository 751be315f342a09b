package io.ordersystem.devstack.top;

import io.ordersystem.devstack.metrics.Samples;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * What all services have told.
 *
 * @param byName by the short name, in the order in which they are shown
 */
record Services(Map<String, Told> byName) {

  static Services of(Observation before, Observation now) {
    var byName = new LinkedHashMap<String, Told>();
    for (var heard : now.services()) {
      byName.put(
          heard.service(),
          Told.of(
              before.services().stream()
                  .filter(earlier -> earlier.service().equals(heard.service()))
                  .findFirst(),
              heard));
    }
    return new Services(byName);
  }

  /** What one has told; nothing when it was not asked. */
  Told of(String service) {
    return byName.getOrDefault(service, Told.NOTHING);
  }

  /** By the second, of all services that have told; empty when none has. */
  OptionalDouble perSecond(String counter, Function<Samples, Samples> part) {
    return byName.values().stream()
        .map(told -> told.perSecond(part.apply(told.growth().named(counter))))
        .flatMapToDouble(OptionalDouble::stream)
        .reduce(Double::sum);
  }

  /** Every value of a label, whoever exports it. */
  List<String> values(String metric, String label) {
    return byName.values().stream()
        .flatMap(told -> told.now().named(metric).values(label).stream())
        .distinct()
        .sorted()
        .toList();
  }
}
