package io.ordersystem.chart;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The keys of a values file, each with the comment above it, in the order of the file. */
record ValuesFile(List<Value> values) {

  /** One key. A leaf has a value of its own; the others only hold further keys. */
  record Value(String path, String comment, String written, boolean leaf) {}

  private record Level(int indent, String name) {}

  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z_-]+): *(.*)");

  static ValuesFile parse(List<String> lines) {
    var values = new ArrayList<Value>();
    var levels = new ArrayDeque<Level>();
    var comment = new ArrayList<String>();
    for (var number = 0; number < lines.size(); number++) {
      var line = lines.get(number);
      var key = KEY.matcher(line);
      if (line.strip().startsWith("# ")) {
        comment.add(line.strip().substring(2));
      } else if (key.matches() && !insideList(lines, number)) {
        var indent = key.group(1).length();
        levels.removeIf(it -> it.indent() >= indent);
        levels.addLast(new Level(indent, key.group(2)));
        var listFollows =
            number + 1 < lines.size() && lines.get(number + 1).strip().startsWith("- ");
        values.add(
            new Value(
                path(levels),
                String.join(" ", comment),
                listFollows ? "see values.yaml" : key.group(3),
                listFollows || !key.group(3).isEmpty()));
        comment.clear();
      } else {
        comment.clear();
      }
    }
    return new ValuesFile(values);
  }

  /** Paths of keys that nobody explained. */
  List<String> withoutComment() {
    return values.stream().filter(it -> it.comment().isEmpty()).map(Value::path).toList();
  }

  /** The leaves as a Markdown table. */
  String table() {
    return values.stream()
        .filter(Value::leaf)
        .map(it -> "| `%s` | `%s` | %s |\n".formatted(it.path(), it.written(), it.comment()))
        .collect(Collectors.joining("", "| key | default | meaning |\n|---|---|---|\n", ""));
  }

  private static boolean insideList(List<String> lines, int number) {
    var indent = indent(lines.get(number));
    for (var before = number - 1; before >= 0 && indent(lines.get(before)) > 0; before--) {
      if (indent(lines.get(before)) < indent) {
        return lines.get(before).strip().startsWith("- ");
      }
    }
    return false;
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  private static String path(Deque<Level> levels) {
    return levels.stream().map(Level::name).collect(Collectors.joining("."));
  }
}
