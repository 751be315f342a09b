package io.ordersystem.devstack.replay;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a replay has to say at its end; its components are the fields of {@code --json}. */
@JsonPropertyOrder({
  "orders",
  "confirmed",
  "cancelled",
  "seconds",
  "ordersPerSecond",
  "p50Ms",
  "p99Ms",
  "finalP50Ms",
  "finalP99Ms",
  "differences"
})
record ReplayReport(
    int orders,
    int confirmed,
    SortedMap<String, Integer> cancelled,
    double seconds,
    double ordersPerSecond,
    double p50Ms,
    double p99Ms,
    double finalP50Ms,
    double finalP99Ms,
    List<String> differences) {
  private static final int PRINTED_DIFFERENCES = 50;

  static ReplayReport of(
      List<Outcome> outcomes, Timings timings, double seconds, List<String> differences) {
    var cancelled = new TreeMap<String, Integer>();
    int confirmed = 0;
    for (var outcome : outcomes) {
      switch (outcome) {
        case Outcome.Confirmed _ -> confirmed++;
        case Outcome.Cancelled order -> cancelled.merge(order.reason(), 1, Integer::sum);
        case Outcome.Open _ -> {} // is in the differences
      }
    }
    return new ReplayReport(
        outcomes.size(),
        confirmed,
        cancelled,
        thousandths(seconds),
        thousandths(outcomes.size() / Math.max(seconds, 0.001)),
        timings.answerMillis(50),
        timings.answerMillis(99),
        timings.finalMillis(50),
        timings.finalMillis(99),
        List.copyOf(differences));
  }

  void write(Path file) throws IOException {
    var json =
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(this);
    Files.writeString(file, json + System.lineSeparator());
  }

  void print(PrintWriter out) {
    out.printf("%norders        %6d%n", orders);
    out.printf("confirmed     %6d%n", confirmed);
    cancelled.forEach((reason, count) -> out.printf("cancelled     %6d  %s%n", count, reason));
    int open = orders - confirmed - cancelled.values().stream().mapToInt(Integer::intValue).sum();
    if (open > 0) {
      out.printf("neither       %6d%n", open);
    }
    out.printf("seconds       %8.1f  (%.1f orders/s)%n", seconds, ordersPerSecond);
    out.printf("to 201     ms %8.1f  p50 %10.1f  p99%n", p50Ms, p99Ms);
    out.printf("to final   ms %8.1f  p50 %10.1f  p99%n", finalP50Ms, finalP99Ms);
    if (differences.isEmpty()) {
      out.printf("differences        0  orders, amounts and stock are what the files imply%n");
    } else {
      out.printf("differences   %6d%n", differences.size());
      differences.stream().limit(PRINTED_DIFFERENCES).forEach(text -> out.printf("  %s%n", text));
      if (differences.size() > PRINTED_DIFFERENCES) {
        out.printf("  ... and %d more%n", differences.size() - PRINTED_DIFFERENCES);
      }
    }
    out.flush();
  }

  private static double thousandths(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
