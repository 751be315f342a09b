package io.ordersystem.devstack.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/** One RFC 4180 file with a header line, read row by row; every complaint says where. */
final class CsvTable {
  /** More than any Northwind has by far; keeps a wrong file from filling the memory. */
  private static final int MOST_ROWS = 100_000;

  private static final CSVFormat RFC_4180_WITH_HEADER =
      CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();

  private CsvTable() {}

  /**
   * All rows of the file in their order.
   *
   * @param columns must be in the header; others are ignored
   */
  static <T> List<T> read(Path directory, String name, List<String> columns, Function<Row, T> row) {
    var file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new InvalidCsv("%s is missing in %s".formatted(name, directory));
    }
    try (var reader = Files.newBufferedReader(file);
        var parser = RFC_4180_WITH_HEADER.parse(reader)) {
      requireColumns(name, columns, parser.getHeaderNames());
      return rows(name, parser, row);
    } catch (IOException | UncheckedIOException | IllegalArgumentException failure) {
      throw new InvalidCsv(
          "%s cannot be read as CSV: %s".formatted(name, reason(failure)), failure);
    }
  }

  private static <T> List<T> rows(String name, CSVParser parser, Function<Row, T> read) {
    var rows = new ArrayList<T>();
    var records = parser.iterator();
    while (true) {
      // Before hasNext, which already reads on: a quoted field may span lines.
      long line = parser.getCurrentLineNumber() + 1;
      if (!next(name, line, records::hasNext)) {
        return rows;
      }
      if (rows.size() == MOST_ROWS) {
        throw new InvalidCsv("%s has more than %d rows".formatted(name, MOST_ROWS));
      }
      var values = records.next();
      if (!values.isConsistent()) {
        throw new InvalidCsv(
            "%s, line %d: has %d columns, the header has %d"
                .formatted(name, line, values.size(), parser.getHeaderNames().size()));
      }
      rows.add(read.apply(new Row(name, line, values)));
    }
  }

  private static boolean next(String name, long line, BooleanSupplier hasNext) {
    try {
      return hasNext.getAsBoolean();
    } catch (UncheckedIOException failure) {
      throw new InvalidCsv(
          "%s, line %d: is no CSV: %s".formatted(name, line, reason(failure)), failure);
    }
  }

  private static void requireColumns(String name, List<String> wanted, List<String> header) {
    for (var column : wanted) {
      if (!header.contains(column)) {
        throw new InvalidCsv("%s, line 1: has no column %s".formatted(name, column));
      }
    }
  }

  private static String reason(Exception failure) {
    var cause = failure.getCause() == null ? failure : failure.getCause();
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
