package io.ordersystem.devstack.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The same figure of several rounds. */
final class Figures {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  /** Of the last round. */
  double latest() {
    return values.getLast();
  }

  double median() {
    var sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double least() {
    return values.stream().mapToDouble(value -> value).min().orElse(Double.NaN);
  }

  double most() {
    return values.stream().mapToDouble(value -> value).max().orElse(Double.NaN);
  }

  /** Of each round: this figure by the other one's. */
  Figures by(Figures other) {
    var ratios = new Figures();
    for (int i = 0; i < values.size(); i++) {
      ratios.add(values.get(i) / other.values.get(i));
    }
    return ratios;
  }

  /** Median and spread. */
  String text(String format) {
    return String.format(
        Locale.ROOT, format + " (" + format + " to " + format + ")", median(), least(), most());
  }
}
