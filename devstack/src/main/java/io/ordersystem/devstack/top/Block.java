package io.ordersystem.devstack.top;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A few lines in columns of fixed widths, so that frames lie exactly above each other. */
final class Block {
  /** Between blocks that lie side by side. */
  private static final String GAP = "  ";

  /** Stands for what there is no room for. */
  static final String CUT = "…";

  private final int texts;
  private final List<Integer> widths;
  private final List<String> lines = new ArrayList<>();

  /**
   * A block with its first line.
   *
   * @param texts how many columns are aligned to the left; those after them to the right
   */
  Block(int texts, List<Integer> widths, String... header) {
    this.texts = texts;
    this.widths = List.copyOf(widths);
    add(header);
  }

  /** A line; columns that are not given stay empty. */
  void add(String... cells) {
    lines.add(
        IntStream.range(0, widths.size())
            .mapToObj(column -> cell(column, column < cells.length ? cells[column] : ""))
            .collect(Collectors.joining()));
  }

  private String cell(int column, String text) {
    int width = widths.get(column);
    // A blank between columns in any case.
    String shown = text.length() < width ? text : text.substring(0, width - 2) + CUT;
    return Text.format(column < texts ? "%-" + width + "s" : "%" + width + "s", shown);
  }

  /** The lines, without blanks at their ends. */
  List<String> lines() {
    return lines.stream().map(String::stripTrailing).toList();
  }

  /** Blocks below each other, with an empty line in between. */
  static List<String> below(Block... blocks) {
    var all = new ArrayList<String>();
    for (Block block : blocks) {
      if (!all.isEmpty()) {
        all.add("");
      }
      all.addAll(block.lines());
    }
    return all;
  }

  /** Two columns of lines, the right one beginning at the same place in all of them. */
  static List<String> beside(List<String> left, int width, List<String> right) {
    return IntStream.range(0, Math.max(left.size(), right.size()))
        .mapToObj(i -> Text.format("%-" + width + "s", at(left, i)) + GAP + at(right, i))
        .map(String::stripTrailing)
        .toList();
  }

  private static String at(List<String> lines, int i) {
    return i < lines.size() ? lines.get(i) : "";
  }
}
