package io.ordersystem.devstack.database;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Lines of text in columns: one of numbers is aligned to the right, any other to the left. */
final class TextTable {
  private final List<String> header;
  private final List<List<String>> lines = new ArrayList<>();

  TextTable(String... header) {
    this.header = List.of(header);
  }

  void add(String... cells) {
    lines.add(List.of(cells));
  }

  int size() {
    return lines.size();
  }

  void print(PrintWriter out) {
    var formats = IntStream.range(0, header.size()).mapToObj(this::format).toList();
    print(out, formats, header);
    lines.forEach(line -> print(out, formats, line));
  }

  private String format(int column) {
    int width =
        lines.stream()
            .mapToInt(line -> line.get(column).length())
            .reduce(Math.max(1, header.get(column).length()), Math::max);
    boolean numbers = lines.stream().allMatch(line -> line.get(column).matches("-|-?\\d.*"));
    return "%" + (numbers ? "" : "-") + width + "s";
  }

  private static void print(PrintWriter out, List<String> formats, List<String> cells) {
    out.println(
        IntStream.range(0, cells.size())
            .mapToObj(column -> formats.get(column).formatted(cells.get(column)))
            .collect(Collectors.joining("  "))
            .stripTrailing());
  }
}
