package io.ordersystem.devstack.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.util.List;

/** Findings for people and, as JSON, for programs. */
public final class FindingsTable {
  private FindingsTable() {}

  private record Result(boolean holds, List<Finding> invariants) {}

  /** One line per invariant, under it what violates it. */
  public static void print(List<Finding> findings, PrintWriter out) {
    for (var finding : findings) {
      out.printf(
          "%-4s %-8s %6d ms  %s%n",
          finding.id(), finding.holds() ? "holds" : "VIOLATED", finding.millis(), finding.title());
      finding.listed().forEach(bad -> out.printf("       %s  %s%n", bad.id(), bad.detail()));
      long more = finding.violations() - finding.listed().size();
      if (more > 0) {
        out.printf("       ... and %d more%n", more);
      }
    }
    long violated = findings.stream().filter(finding -> !finding.holds()).count();
    if (violated == 0) {
      out.printf("all %d invariants hold%n", findings.size());
    } else {
      out.printf("%d of %d invariants are VIOLATED%n", violated, findings.size());
    }
    out.flush();
  }

  static void printJson(List<Finding> findings, PrintWriter out) throws JsonProcessingException {
    var json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    boolean holds = findings.stream().allMatch(Finding::holds);
    out.println(json.writeValueAsString(new Result(holds, findings)));
    out.flush();
  }
}
