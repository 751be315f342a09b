package io.ordersystem.devstack.database;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * {@code db locks}: who waits for whom, and which transactions stay open. Exit status 1 when
 * somebody has waited for longer than the services themselves ever would.
 */
@Command(
    name = "locks",
    description = {
      "Sessions that wait for a lock, with those that are in their way; then transactions that have been open",
      "for more than a minute, or idle for more than a second. Statements are shown without their literals.",
      "Exit status 1 when a session has waited for longer than --patience; services give up after 5 s."
    },
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
final class LocksCommand implements Callable<Integer> {
  private static final String WAITING =
      """
      SELECT w.*, wa.query, b.pid AS blocker, ba.usename AS blocker_role, ba.state AS blocker_state,
             extract(epoch FROM clock_timestamp() - ba.xact_start) AS blocker_seconds, ba.query AS blocker_query
      FROM (
      %s
      ) AS w
      JOIN pg_stat_activity wa ON wa.pid = w.pid
      LEFT JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS b(pid) ON true
      LEFT JOIN pg_stat_activity ba ON ba.pid = b.pid
      ORDER BY w.seconds DESC, w.pid, b.pid
      LIMIT 200
      """
          .formatted(Figures.sql("locks.sql"));

  private static final String OPEN =
      """
      SELECT extract(epoch FROM clock_timestamp() - xact_start) AS seconds, pid::text, coalesce(usename, backend_type)::text AS role,
             coalesce(state, '-') AS state, extract(epoch FROM clock_timestamp() - state_change) AS state_seconds, query
      FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
        AND (xact_start < clock_timestamp() - interval '1 minute'
          OR state LIKE 'idle in transaction%' AND state_change < clock_timestamp() - interval '1 second')
      ORDER BY xact_start
      LIMIT 50
      """;

  private static final int TEXT = 120;

  @ParentCommand private DatabaseCommand database;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      description = "How long a session may wait (10).")
  private int patience = 10;

  @Override
  public Integer call() {
    return database.answer((connection, out) -> {
      double longest = waiting(connection, out);
      out.println();
      open(connection, out);
      return longest > patience ? 1 : 0;
    });
  }

  /** Answers for how many seconds the first has waited. */
  private static double waiting(Connection connection, PrintWriter out) throws SQLException {
    double longest = 0;
    int sessions = 0;
    int last = 0;
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(WAITING)) {
      while (row.next()) {
        if (row.getInt("pid") != last) {
          last = row.getInt("pid");
          sessions++;
          longest = Math.max(longest, row.getDouble("seconds"));
          waiter(row, out);
        }
        blocker(row, out);
      }
    }
    out.printf("%d sessions wait for a lock%n", sessions);
    return longest;
  }

  private static void waiter(ResultSet row, PrintWriter out) throws SQLException {
    var relation = row.getString("relation");
    out.printf(
        "%d (%s) has waited %.1f s for %s on %s%s: %s%n",
        row.getInt("pid"),
        row.getString("role"),
        row.getDouble("seconds"),
        row.getString("mode"),
        row.getString("kind"),
        relation == null ? "" : " of " + relation,
        StatementText.line(row.getString("query"), TEXT));
  }

  private static void blocker(ResultSet row, PrintWriter out) throws SQLException {
    int blocker = row.getInt("blocker");
    if (row.wasNull()) {
      return; // Its turn has come meanwhile.
    }
    out.printf(
        "  behind %d (%s, %s, transaction open for %.1f s): %s%n",
        blocker,
        row.getString("blocker_role"),
        row.getString("blocker_state"),
        row.getDouble("blocker_seconds"),
        StatementText.line(row.getString("blocker_query"), TEXT));
  }

  private static void open(Connection connection, PrintWriter out) throws SQLException {
    var table = new TextTable("open s", "pid", "role", "state", "for s", "statement");
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(OPEN)) {
      while (row.next()) {
        table.add(
            "%.1f".formatted(row.getDouble("seconds")),
            row.getString("pid"),
            row.getString("role"),
            row.getString("state"),
            "%.1f".formatted(row.getDouble("state_seconds")),
            StatementText.line(row.getString("query"), TEXT));
      }
    }
    if (table.size() > 0) {
      table.print(out);
    }
    out.printf("%d transactions stay open%n", table.size());
  }
}
