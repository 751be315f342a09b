package io.ordersystem.devstack.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What {@code bench orders} has found: as text, and as Markdown, JSON and SVG.
 *
 * @param figures by name, {@code arm: what}
 * @param times microseconds by name, of all rounds
 * @param memory peak of each service, MiB
 * @param servers their versions
 * @param command what to run for the same
 */
record OrdersReport(
    Map<String, Figures> figures,
    Map<String, Histogram> times,
    Map<String, Long> memory,
    List<Floor> floors,
    String servers,
    String command) {

  /**
   * What a figure should be.
   *
   * @param atMost whether the figure may not be above the floor, or else not below
   */
  record Floor(String what, Figures figure, double floor, double goal, boolean atMost) {
    static Floor most(String what, Figures figure, double floor, double goal) {
      return new Floor(what, figure, floor, goal, true);
    }

    static Floor least(String what, Figures figure, double floor, double goal) {
      return new Floor(what, figure, floor, goal, false);
    }

    boolean reached() {
      return meets(floor);
    }

    private boolean meets(double bound) {
      return atMost ? figure.median() <= bound : figure.median() >= bound;
    }

    private String verdict() {
      return meets(goal) ? "goal reached" : reached() ? "floor reached" : "MISSED";
    }

    private String bounds() {
      return "%s %s, goal %s".formatted(atMost ? "at most" : "at least", plain(floor), plain(goal));
    }
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  /** The ratio to what nothing behind the door allows. */
  private Figures byDoor() {
    return figures
        .getOrDefault("most: orders per second to CONFIRMED", new Figures())
        .by(
            figures.getOrDefault(
                "nothing: requests per second that are refused when read", new Figures()));
  }

  void print(PrintWriter out) {
    out.println();
    out.println("median of the rounds (least to most):");
    figures.forEach((name, figure) -> out.println(line(name, figure.text("%.1f"))));
    out.println(
        line("orders to CONFIRMED by requests refused at the same door", byDoor().text("%.4f")));
    memory.forEach((service, most) -> out.println(line("MiB at the most, " + service, "" + most)));
    out.println();
    floors.forEach(floor ->
        out.println(
            line(
                floor.what,
                "%s; %s: %s"
                    .formatted(floor.figure.text("%.2f"), floor.bounds(), floor.verdict()))));
    out.flush();
  }

  private static String line(String name, String value) {
    return "  %-66s %s".formatted(name, value);
  }

  /** Writes {@code bench-orders.md}, {@code .json}, {@code -cpu.svg} and {@code -latency.svg}. */
  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("bench-orders.md"), markdown());
    Files.writeString(directory.resolve("bench-orders.json"), json());
    Files.writeString(
        directory.resolve("bench-orders-cpu.svg"),
        Svg.stacked(
            "Milliseconds of processor time per confirmed order",
            Map.of(
                "as many as possible", costs("most"),
                "half of that", costs("half"),
                "20 per second", costs("few"))));
    Files.writeString(
        directory.resolve("bench-orders-latency.svg"),
        Svg.percentiles(
            "Milliseconds at half of the saturation rate, by percentile",
            millis(
                Map.of(
                    "201", "half: milliseconds to 201",
                    "CONFIRMED", "half: milliseconds to CONFIRMED",
                    "event to consumer", "half: milliseconds from an event to its consumer"))));
  }

  private Map<String, Double> costs(String arm) {
    String prefix = arm + ": CPU ms per order, ";
    var costs = new LinkedHashMap<String, Double>();
    figures.forEach((name, figure) -> {
      String process = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
      if (!process.isEmpty()
          && !process.startsWith("all")
          && !process.equals("driver")
          && !process.equals("provider")) {
        costs.put(process, figure.median());
      }
    });
    return costs;
  }

  private Map<String, Histogram> millis(Map<String, String> named) {
    var found = new LinkedHashMap<String, Histogram>();
    named.keySet().stream()
        .sorted()
        .forEach(label -> {
          Histogram micros = times.get(named.get(label));
          if (micros != null) {
            found.put(label, micros);
          }
        });
    return found;
  }

  private String markdown() {
    var text = new StringBuilder();
    text.append("# `bench orders`\n\n");
    text.append("`%s`, %s\n\n".formatted(command, LocalDate.now(ZoneOffset.UTC)));
    text.append("%s. Written by the command; do not edit.\n\n".formatted(machine()));
    text.append("| | median (least to most) | bounds | |\n|---|---|---|---|\n");
    floors.forEach(floor ->
        text.append(
            "| %s | %s | %s | %s |\n"
                .formatted(
                    floor.what, floor.figure.text("%.2f"), floor.bounds(), floor.verdict())));
    text.append("\n");
    text.append("![processor time](bench-orders-cpu.svg)\n\n");
    text.append("![latency](bench-orders-latency.svg)\n\n");
    text.append("| figure | median (least to most) |\n|---|---|\n");
    figures.forEach(
        (name, figure) -> text.append("| %s | %s |\n".formatted(name, figure.text("%.1f"))));
    text.append(
        "| orders to CONFIRMED by requests refused at the same door | %s |\n"
            .formatted(byDoor().text("%.4f")));
    memory.forEach(
        (service, most) -> text.append("| MiB at the most, %s | %d |\n".formatted(service, most)));
    return text.toString();
  }

  private String machine() {
    return "%d processors (%s), %s %s, Java %s, %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            processor(),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            Runtime.version(),
            servers);
  }

  private static String processor() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("of a kind that is not said");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String json() {
    var document =
        new JsonObject()
            .put("command", command)
            .put("date", LocalDate.now(ZoneOffset.UTC).toString())
            .put("machine", machine());
    var all = new JsonObject();
    figures.forEach((name, figure) -> all.put(name, values(figure)));
    var percentiles = new JsonObject();
    times.forEach((name, micros) -> {
      var of = new JsonObject();
      for (double percentile : Svg.PERCENTILES) {
        of.put(plain(percentile), micros.getValueAtPercentile(percentile) / 1e3);
      }
      percentiles.put(name, of);
    });
    var judged = new JsonArray();
    floors.forEach(floor ->
        judged.add(
            values(floor.figure)
                .put("what", floor.what)
                .put("floor", floor.floor)
                .put("goal", floor.goal)
                .put("atMost", floor.atMost)
                .put("reached", floor.reached())));
    var most = new JsonObject();
    memory.forEach(most::put);
    return document
            .put("floors", judged)
            .put("figures", all)
            .put("milliseconds", percentiles)
            .put("mebibytes", most)
            .encodePrettily()
        + "\n";
  }

  private static JsonObject values(Figures figure) {
    return new JsonObject()
        .put("median", round(figure.median()))
        .put("least", round(figure.least()))
        .put("most", round(figure.most()));
  }

  private static double round(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.4f", value));
  }
}
