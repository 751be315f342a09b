package io.ordersystem.devstack.database;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code db indexes}: what each index is used for and what it takes. */
@Command(
    name = "indexes",
    description = {
      "What the services' indexes take, and how often this server has used them; partitions as one.",
      "unused: never used, and not what keeps rows unique. Ask the replica, too, before one is dropped.",
      "bloat: what a rebuild would free, estimated from the mean width of entries at the last ANALYZE."
    },
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
final class IndexesCommand implements Callable<Integer> {
  private static final String INDEXES =
      """
      SELECT *
      FROM (
      %s
      ) AS index
      WHERE ? OR schema = ANY (?)
      ORDER BY schema, "table", index
      """
          .formatted(Figures.sql("indexes.sql"));

  private static final String SINCE =
      """
      SELECT stats_reset::text FROM pg_stat_database
      WHERE datname = current_database() AND stats_reset IS NOT NULL
      """;

  @ParentCommand private DatabaseCommand database;

  @Option(names = "--all", description = "Of every schema, not only of the services'.")
  private boolean all;

  @Override
  public Integer call() {
    return database.answer(this::print);
  }

  private int print(Connection connection, PrintWriter out) throws SQLException {
    var table = new TextTable("table", "index", "partitions", "scans", "MiB", "bloat MiB", "");
    int unused = 0;
    try (var indexes = connection.prepareStatement(INDEXES)) {
      indexes.setBoolean(1, all);
      indexes.setArray(2, DatabaseCommand.services(connection));
      try (var rows = indexes.executeQuery()) {
        while (rows.next()) {
          unused += rows.getBoolean("unused") ? 1 : 0;
          add(table, rows);
        }
      }
    }
    table.print(out);
    out.printf(
        "%d of %d indexes are unused on this server since %s%n",
        unused, table.size(), since(connection));
    return 0;
  }

  private static void add(TextTable table, ResultSet row) throws SQLException {
    long bloat = row.getLong("bloat_bytes");
    var estimate = row.wasNull() ? "-" : mebibytes(bloat);
    table.add(
        row.getString("schema") + "." + row.getString("table"),
        row.getString("index"),
        Long.toString(row.getLong("partitions")),
        Long.toString(row.getLong("scans")),
        mebibytes(row.getLong("bytes")),
        estimate,
        row.getBoolean("unused") ? "unused" : "");
  }

  private static String mebibytes(long bytes) {
    return "%.2f".formatted(bytes / 1024.0 / 1024.0);
  }

  private static String since(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(SINCE)) {
      return rows.next() ? rows.getString(1) : "it was made";
    }
  }
}
