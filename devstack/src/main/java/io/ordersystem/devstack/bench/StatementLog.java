package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the primary executes while somebody looks, with the values of all parameters: its log,
 * turned up for a moment.
 */
final class StatementLog {
  private static final Pattern ENTRY =
      Pattern.compile("^\\d{4}-\\d\\d-\\d\\d [^|]*\\|([^|]*)\\|(\\d+)\\|([A-Z]+):  (.*)$");
  private static final Pattern EXECUTED =
      Pattern.compile("^duration: [\\d.]+ ms  (?:execute [^:]*|statement): (.*)$", Pattern.DOTALL);
  private static final Pattern PARAMETERS =
      Pattern.compile("^Parameters: (.*)$", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

  private final Database database;
  private final Path file;

  StatementLog(Database database, Path file) {
    this.database = database;
    this.file = file;
  }

  /**
   * A statement that was executed.
   *
   * @param session the backend that did
   * @param sql as it was sent, with {@code $1} and so on
   * @param parameters in PostgreSQL's text form; null for NULL
   */
  record Executed(String role, long session, String sql, List<@Nullable String> parameters) {}

  /** What happens while logs are written. */
  @FunctionalInterface
  interface Work {
    void run() throws InterruptedException, IOException;
  }

  /** All statements of services that end while the work runs, in the order in which they ended. */
  List<Executed> during(Work work) throws SQLException, IOException, InterruptedException {
    set(
        "log_line_prefix = '%m|%u|%p|'",
        "log_parameter_max_length = -1", "log_min_duration_statement = 0");
    long from = Files.size(file);
    try {
      work.run();
    } finally {
      reset();
    }
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, (int) from, bytes.length - (int) from, StandardCharsets.UTF_8);
    return parsed(text);
  }

  private void set(String... settings) throws SQLException {
    try (Connection connection = database.connect(DatabaseRole.SUPERUSER);
        Statement statement = connection.createStatement()) {
      for (String setting : settings) {
        statement.execute("ALTER SYSTEM SET " + setting);
      }
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  private void reset() throws SQLException {
    try (Connection connection = database.connect(DatabaseRole.SUPERUSER);
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM RESET ALL");
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  static List<Executed> parsed(String log) {
    var executed = new ArrayList<Executed>();
    Executed waiting = null;
    for (Entry entry : entries(log)) {
      Matcher statement = EXECUTED.matcher(entry.text);
      Matcher parameters = PARAMETERS.matcher(entry.text);
      if (entry.level.equals("LOG")) {
        waiting =
            statement.matches()
                ? new Executed(entry.role, entry.session, statement.group(1), List.of())
                : null;
        if (waiting != null && isOfService(entry.role)) {
          executed.add(waiting);
        }
      } else if (entry.level.equals("DETAIL")
          && waiting != null
          && waiting.session == entry.session
          && parameters.matches()
          && isOfService(entry.role)) {
        executed.set(
            executed.size() - 1,
            new Executed(waiting.role, waiting.session, waiting.sql, values(parameters.group(1))));
        waiting = null;
      }
    }
    return executed;
  }

  private static boolean isOfService(String role) {
    return Arrays.stream(DatabaseRole.values())
        .anyMatch(known ->
            known != DatabaseRole.SUPERUSER
                && known != DatabaseRole.AUDITOR
                && known.roleName().equals(role));
  }

  private record Entry(String role, long session, String level, String text) {}

  private static List<Entry> entries(String log) {
    var entries = new ArrayList<Entry>();
    for (String line : log.split("\n")) {
      Matcher first = ENTRY.matcher(line);
      if (first.matches()) {
        entries.add(
            new Entry(
                first.group(1), Long.parseLong(first.group(2)), first.group(3), first.group(4)));
      } else if (line.startsWith("\t") && !entries.isEmpty()) {
        Entry open = entries.removeLast();
        entries.add(
            new Entry(open.role, open.session, open.level, open.text + "\n" + line.substring(1)));
      }
    }
    return entries;
  }

  /** {@code $1 = 'it''s', $2 = NULL}. */
  private static List<@Nullable String> values(String text) {
    var values = new ArrayList<@Nullable String>();
    int at = 0;
    while (at < text.length()) {
      at = text.indexOf(" = ", at) + 3;
      if (text.startsWith("NULL", at)) {
        values.add(null);
        at += 4;
      } else {
        var value = new StringBuilder();
        at++;
        while (text.charAt(at) != '\'' || text.startsWith("''", at)) {
          value.append(text.charAt(at));
          at += text.charAt(at) == '\'' ? 2 : 1;
        }
        values.add(value.toString());
        at++;
      }
      if (text.startsWith(", $", at)) {
        at += 2;
      } else {
        break;
      }
    }
    return values;
  }
}
