package io.ordersystem.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Sentences about one object, collected as requirements are found not to be kept. */
final class Findings {
  private final List<String> found = new ArrayList<>();

  void require(boolean kept, String otherwise) {
    if (!kept) {
      found.add(otherwise);
    }
  }

  Stream<String> stream() {
    return found.stream();
  }
}
