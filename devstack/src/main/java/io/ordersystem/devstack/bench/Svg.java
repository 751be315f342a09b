package io.ordersystem.devstack.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Two plots, readable on light and dark pages alike, and without any other file. */
final class Svg {
  static final List<Double> PERCENTILES =
      List.of(1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 100.0);

  private static final List<String> COLOURS =
      List.of(
          "#4c78a8", "#f58518", "#54a24b", "#e45756", "#72b7b2", "#eeca3b", "#b279a2", "#9d755d");
  private static final int WIDTH = 760;
  private static final int LEFT = 140;
  private static final int RIGHT = 40;
  private static final int BAR = 34;

  private Svg() {}

  /** One horizontal bar per arm, whose parts are side by side. */
  static String stacked(String title, Map<String, Map<String, Double>> arms) {
    double most =
        arms.values().stream()
            .mapToDouble(parts -> parts.values().stream().mapToDouble(value -> value).sum())
            .max()
            .orElse(1);
    var colours = new LinkedHashMap<String, String>();
    var body = new StringBuilder();
    int y = 50;
    for (var arm : new TreeMap<>(arms).entrySet()) {
      double x = LEFT;
      body.append(text(LEFT - 8, y + BAR / 2 + 5, "end", arm.getKey()));
      for (var part : arm.getValue().entrySet()) {
        String colour =
            colours.computeIfAbsent(
                part.getKey(), _ -> COLOURS.get(colours.size() % COLOURS.size()));
        double width = part.getValue() / most * (WIDTH - LEFT - RIGHT - 40);
        body.append(
            number("<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"", x, y, width)
                + BAR
                + "\" fill=\""
                + colour
                + "\"/>\n");
        x += width;
      }
      double sum = arm.getValue().values().stream().mapToDouble(value -> value).sum();
      body.append(text(x + 6, y + BAR / 2 + 5, "start", number("%.1f", sum)));
      y += BAR + 14;
    }
    y += 6;
    int x = LEFT;
    for (var colour : colours.entrySet()) {
      if (x > WIDTH - 160) {
        x = LEFT;
        y += 22;
      }
      body.append(
          "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>\n"
              .formatted(x, y, colour.getValue()));
      body.append(text(x + 18, y + 11, "start", colour.getKey()));
      x += 155;
    }
    return page(title, y + 34, body);
  }

  /** Lines over percentiles, which are evenly apart; milliseconds go by powers of ten. */
  static String percentiles(String title, Map<String, Histogram> micros) {
    int height = 320;
    int bottom = height + 50;
    double most =
        micros.values().stream().mapToDouble(Histogram::getMaxValue).max().orElse(1) / 1e3;
    double decades = Math.max(1, Math.ceil(Math.log10(Math.max(10, most))));
    var body = new StringBuilder();
    for (int decade = 0; decade <= decades; decade++) {
      double y = bottom - height * decade / decades;
      body.append(
          number("<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\"", LEFT, y, WIDTH - RIGHT)
              + number(" y2=\"%.1f\" stroke=\"#8884\"/>\n", y));
      body.append(text(LEFT - 8, y + 4, "end", "1" + "0".repeat(decade) + " ms"));
    }
    double step = (double) (WIDTH - LEFT - RIGHT) / (PERCENTILES.size() - 1);
    for (int i = 0; i < PERCENTILES.size(); i++) {
      String label = PERCENTILES.get(i) == 100 ? "max" : number("p%s", PERCENTILES.get(i));
      body.append(text(LEFT + i * step, bottom + 18, "middle", label.replace(".0", "")));
    }
    int line = 0;
    for (var entry : micros.entrySet()) {
      String colour = COLOURS.get(line % COLOURS.size());
      var points = new StringBuilder();
      for (int i = 0; i < PERCENTILES.size(); i++) {
        double millis =
            Math.max(1, entry.getValue().getValueAtPercentile(PERCENTILES.get(i)) / 1e3);
        points.append(
            number("%.1f,%.1f ", LEFT + i * step, bottom - height * Math.log10(millis) / decades));
      }
      body.append(
          "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n"
              .formatted(points.toString().strip(), colour));
      body.append(
          "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>\n"
              .formatted(LEFT + line * 180, bottom + 34, colour));
      body.append(text(LEFT + line * 180 + 18, bottom + 45, "start", entry.getKey()));
      line++;
    }
    return page(title, bottom + 64, body);
  }

  private static String page(String title, int height, CharSequence body) {
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13" fill="#777">
    <title>%s</title>
    %s%s</svg>
    """
        .formatted(WIDTH, height, title, text(LEFT, 26, "start", title), body);
  }

  private static String text(double x, double y, String anchor, String text) {
    return number("<text x=\"%.1f\" y=\"%.1f\"", x, y)
        + " text-anchor=\"%s\">%s</text>\n".formatted(anchor, text);
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
