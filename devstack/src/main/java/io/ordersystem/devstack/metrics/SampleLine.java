package io.ordersystem.devstack.metrics;

import java.util.LinkedHashMap;
import java.util.Map;

/** One line that is no comment, read from left to right. */
final class SampleLine {
  private static final int SHOWN = 200;

  private final String line;
  private int at;

  SampleLine(String line) {
    this.line = line;
  }

  /** What follows the value is a time stamp or an exemplar, which nobody here asks for. */
  Sample read() {
    String name = name();
    var labels = new LinkedHashMap<String, String>();
    if (taken('{')) {
      readInto(labels);
    }
    return new Sample(name, labels, value());
  }

  private void readInto(Map<String, String> labels) {
    while (!taken('}')) {
      String label = name();
      expect('=');
      expect('"');
      labels.put(label, text());
      if (!taken(',')) {
        expect('}');
        return;
      }
    }
  }

  private String name() {
    skipBlanks();
    int from = at;
    while (at < line.length() && partOfName(line.charAt(at), at == from)) {
      at++;
    }
    if (at == from) {
      throw refused("a name");
    }
    return line.substring(from, at);
  }

  private static boolean partOfName(char c, boolean first) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c == '_'
        || c == ':'
        || !first && c >= '0' && c <= '9';
  }

  private String text() {
    var text = new StringBuilder();
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c == '"') {
        return text.toString();
      }
      text.append(c == '\\' ? escaped() : c);
    }
    throw refused("the end of a label's value");
  }

  private char escaped() {
    char c = at < line.length() ? line.charAt(at++) : ' ';
    return switch (c) {
      case 'n' -> '\n';
      case '"', '\\' -> c;
      default -> throw refused("\\n, \\\" or \\\\");
    };
  }

  private double value() {
    skipBlanks();
    int from = at;
    while (at < line.length() && !blank(line.charAt(at))) {
      at++;
    }
    String value = line.substring(from, at);
    try {
      return switch (value) {
        case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
        case "-Inf" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(value);
      };
    } catch (NumberFormatException e) {
      throw refused("a number");
    }
  }

  private void expect(char wanted) {
    if (!taken(wanted)) {
      throw refused(String.valueOf(wanted));
    }
  }

  private boolean taken(char wanted) {
    skipBlanks();
    boolean there = at < line.length() && line.charAt(at) == wanted;
    at += there ? 1 : 0;
    return there;
  }

  private void skipBlanks() {
    while (at < line.length() && blank(line.charAt(at))) {
      at++;
    }
  }

  private static boolean blank(char c) {
    return c == ' ' || c == '\t';
  }

  private IllegalArgumentException refused(String wanted) {
    String shown = line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    return new IllegalArgumentException(
        "no sample of a metric, %s is missing at %d: %s".formatted(wanted, at, shown));
  }
}
