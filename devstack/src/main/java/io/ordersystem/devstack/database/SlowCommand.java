package io.ordersystem.devstack.database;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code db slow}: the statements that have taken the most time. */
@Command(
    name = "slow",
    description = {
      "The services' statements that have taken the most time in all, by pg_stat_statements.",
      "hits: how much of what they read was in the server's memory."
    },
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
final class SlowCommand implements Callable<Integer> {
  private static final String SLOWEST =
      """
      SELECT f.*, t.text
      FROM (
      %s
      ) AS f
      LEFT JOIN (SELECT queryid, min(query) AS text FROM pg_stat_statements GROUP BY queryid) AS t ON t.queryid = f.query_id
      WHERE ? OR f.role = ANY (?)
      ORDER BY f.seconds DESC LIMIT ?
      """
          .formatted(Figures.sql("statements.sql"));

  private static final int TEXT = 120;

  @ParentCommand private DatabaseCommand database;
  @Spec private CommandSpec spec;

  @Option(names = "--limit", paramLabel = "N", description = "How many, at most 1000 (20).")
  private int limit = 20;

  @Option(names = "--all", description = "Of every role, not only of the services'.")
  private boolean all;

  @Override
  public Integer call() {
    if (limit < 1 || limit > 1000) {
      throw new ParameterException(spec.commandLine(), "--limit must be 1 to 1000, was " + limit);
    }
    return database.answer(this::print);
  }

  private int print(Connection connection, PrintWriter out) throws SQLException {
    var source = source(connection);
    var table =
        new TextTable(
            "total s",
            "calls",
            "mean ms",
            "max ms",
            "rows/call",
            "hits",
            "role",
            "query id",
            "statement");
    try (var slowest = connection.prepareStatement(SLOWEST.replace("pg_stat_statements", source))) {
      slowest.setBoolean(1, all);
      slowest.setArray(2, DatabaseCommand.services(connection));
      slowest.setInt(3, limit);
      try (var rows = slowest.executeQuery()) {
        while (rows.next()) {
          add(table, rows);
        }
      }
    }
    table.print(out);
    out.printf("counted since %s%n", since(connection, source));
    return 0;
  }

  private static void add(TextTable table, ResultSet row) throws SQLException {
    double share = row.getDouble("hit_share");
    var hits = row.wasNull() ? "-" : "%.1f %%".formatted(share * 100);
    table.add(
        "%.2f".formatted(row.getDouble("seconds")),
        Long.toString(row.getLong("calls")),
        "%.2f".formatted(row.getDouble("mean_seconds") * 1000),
        "%.2f".formatted(row.getDouble("max_seconds") * 1000),
        "%.1f".formatted((double) row.getLong("rows") / row.getLong("calls")),
        hits,
        row.getString("role"),
        row.getString("query_id"),
        StatementText.line(row.getString("text"), TEXT));
  }

  private static String source(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(Figures.sql("statements-source.sql"))) {
      if (!rows.next()) {
        throw new SQLException("pg_stat_statements is not there, or not for this role");
      }
      return rows.getString("source");
    }
  }

  private static String since(Connection connection, String source) throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery("SELECT stats_reset::text FROM %s_info".formatted(source))) {
      return rows.next() ? rows.getString(1) : "ever";
    }
  }
}
