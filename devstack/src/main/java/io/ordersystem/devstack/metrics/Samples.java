package io.ordersystem.devstack.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** What a process exports at one moment, or a part of it. */
public record Samples(List<Sample> all) {
  /** Nothing, as of a process that does not answer. */
  public static final Samples NONE = new Samples(List.of());

  /** Another value is another process, whose counters have begun at 0. */
  private static final String STARTED = "process_start_time_seconds";

  public Samples {
    all = List.copyOf(all);
  }

  /**
   * Reads Prometheus' text format 0.0.4, or OpenMetrics 1.0; time stamps and exemplars are left
   * out.
   *
   * @throws IllegalArgumentException with the first line that is neither a comment nor a sample
   */
  public static Samples parse(String text) {
    return new Samples(
        text.lines()
            .filter(line -> !line.isBlank() && !line.stripLeading().startsWith("#"))
            .map(line -> new SampleLine(line).read())
            .toList());
  }

  /** Those of exactly that name. */
  public Samples named(String name) {
    return new Samples(all.stream().filter(sample -> sample.name().equals(name)).toList());
  }

  /** Those with that value of the label; a sample without the label has the empty one. */
  public Samples with(String label, String value) {
    return new Samples(all.stream().filter(sample -> sample.label(label).equals(value)).toList());
  }

  /** Every name. */
  public SortedSet<String> names() {
    return all.stream().map(Sample::name).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Every value of a label, without the empty one. */
  public SortedSet<String> values(String label) {
    return all.stream()
        .map(sample -> sample.label(label))
        .filter(value -> !value.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The sum of the numbers among them; empty when there is none. */
  public OptionalDouble sum() {
    return numbers().reduce(Double::sum);
  }

  /** The largest of the numbers among them; empty when there is none. */
  public OptionalDouble max() {
    return numbers().max();
  }

  private DoubleStream numbers() {
    return all.stream().mapToDouble(Sample::value).filter(value -> !Double.isNaN(value));
  }

  /**
   * By how much each counter has grown, which means nothing for gauges. A counter that was not
   * there earlier has grown by its value, and so has each one of a process that was started since.
   *
   * @param earlier what the same service has exported before
   */
  public Samples since(Samples earlier) {
    if (!named(STARTED).equals(earlier.named(STARTED))) {
      return this;
    }
    record Series(String name, Map<String, String> labels) {}
    var before = new HashMap<Series, Double>();
    earlier.all.forEach(
        sample -> before.put(new Series(sample.name(), sample.labels()), sample.value()));
    return new Samples(
        all.stream()
            .map(sample ->
                new Sample(
                    sample.name(),
                    sample.labels(),
                    sample.value()
                        - before.getOrDefault(new Series(sample.name(), sample.labels()), 0.0)))
            .toList());
  }
}
