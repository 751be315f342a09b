package io.ordersystem.devstack.database;

import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.postgres.ReadOnlyLogin;
import java.io.PrintWriter;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code db}: asks the local primary, or any other database, and changes nothing. Exit status 2
 * when it cannot be asked.
 */
@Command(
    name = "db",
    description = {
      "What the database says about itself: slow statements, indexes, locks.",
      "Another database's password is taken from the environment variable PGPASSWORD."
    },
    sortOptions = false,
    subcommands = {SlowCommand.class, IndexesCommand.class, LocksCommand.class})
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class DatabaseCommand implements Runnable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final int CANNOT = 2;

  @Option(
      names = "--jdbc-url",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "Another database than the local primary, such as a replica.")
  private @Nullable String jdbcUrl;

  @Option(
      names = "--user",
      paramLabel = "ROLE",
      scope = ScopeType.INHERIT,
      description = "A role with pg_read_all_stats that may read the tables (auditor).")
  private @Nullable String user;

  @Spec private CommandSpec spec;

  private final Supplier<ReadOnlyLogin> local;

  /**
   * @param local asked only when the command runs
   */
  public DatabaseCommand(Supplier<ReadOnlyLogin> local) {
    this.local = local;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** What is asked and printed; answers the exit status. */
  @FunctionalInterface
  interface Question {
    int ask(Connection connection, PrintWriter out) throws SQLException;
  }

  int answer(Question question) {
    try (var connection = login().snapshot("order-system db", PATIENCE)) {
      var out = spec.commandLine().getOut();
      int status = question.ask(connection, out);
      out.flush();
      return status;
    } catch (SQLException failure) {
      spec.commandLine()
          .getErr()
          .println("db: the database cannot be asked: " + failure.getMessage());
      return CANNOT;
    }
  }

  /** The names of the services' roles, which are those of their schemas. */
  static Array services(Connection connection) throws SQLException {
    return connection.createArrayOf(
        "text",
        Arrays.stream(DatabaseRole.values())
            .filter(DatabaseRole::ownsSchema)
            .map(DatabaseRole::roleName)
            .toArray());
  }

  private ReadOnlyLogin login() {
    var own = local.get();
    if (jdbcUrl == null && user == null) {
      return own;
    }
    var password = System.getenv("PGPASSWORD");
    return new ReadOnlyLogin(
        jdbcUrl == null ? own.jdbcUrl() : jdbcUrl,
        user == null ? own.user() : user,
        password == null ? own.password() : password);
  }
}
