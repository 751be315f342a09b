package io.ordersystem.devstack.postgres;

import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Daemon;
import io.ordersystem.devstack.process.Launch;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.process.Shell;
import io.ordersystem.devstack.process.StateDirectory;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * PgBouncer in front of the primary, pooling transactions. No Maven repository has it: it is the
 * program that {@code PGBOUNCER} names, or the one on the {@code PATH}.
 */
public final class PgBouncer {
  /** The name of the process. */
  public static final String NAME = "pgbouncer";

  /** Where the program is. */
  public static final String VARIABLE = "PGBOUNCER";

  private static final Duration READY = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What it does differently from its defaults, as the chart of the infrastructure has it. */
  public static final Map<String, String> PARAMETERS =
      Map.ofEntries(
          Map.entry("max_prepared_statements", "256"),
          Map.entry("query_wait_timeout", "5"),
          Map.entry("server_login_retry", "1"),
          Map.entry("server_connect_timeout", "3"),
          Map.entry("server_check_delay", "5"),
          Map.entry("tcp_user_timeout", "5000"),
          Map.entry("tcp_keepidle", "5"),
          Map.entry("tcp_keepintvl", "2"),
          Map.entry("tcp_keepcnt", "3"),
          Map.entry("idle_transaction_timeout", "10"),
          Map.entry("log_connections", "0"),
          Map.entry("log_disconnections", "0"));

  /** The first that keeps the prepared statements of its clients apart. */
  private static final int[] OLDEST = {1, 21};

  private static final Pattern VERSION = Pattern.compile("PgBouncer (\\d+)\\.(\\d+)");

  private static final String SETTINGS =
      """
      [databases]
      * = host=127.0.0.1 port=%d
      [pgbouncer]
      listen_addr = 127.0.0.1
      listen_port = %d
      unix_socket_dir =
      auth_type = scram-sha-256
      auth_file = %s
      admin_users = postgres
      pool_mode = transaction
      default_pool_size = %d
      max_client_conn = 1000
      """;

  private final Daemon daemon;
  private final StateDirectory state;
  private final int port;
  private final int server;
  private final int poolSize;

  /**
   * A pooler.
   *
   * @param server the port of the primary, or of the link to it
   * @param poolSize sessions for each role at most
   */
  public PgBouncer(StateDirectory state, int port, int server, int poolSize) {
    this.daemon = new Daemon(NAME, state);
    this.state = state;
    this.port = port;
    this.server = server;
    this.poolSize = poolSize;
  }

  /**
   * The program that is named, or else the first one on the {@code PATH} that can do what is
   * needed.
   *
   * @throws ComponentFailed when the one that is named cannot
   */
  public static Optional<Path> program(Map<String, String> environment) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isBlank()) {
      Path program = Path.of(named).toAbsolutePath();
      if (!Files.isExecutable(program) || !isRecent(program)) {
        throw new ComponentFailed(
            "%s is %s, which is no PgBouncer from %d.%d on"
                .formatted(VARIABLE, named, OLDEST[0], OLDEST[1]));
      }
      return Optional.of(program);
    }
    return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, NAME).toAbsolutePath())
        .filter(Files::isExecutable)
        .filter(PgBouncer::isRecent)
        .findFirst();
  }

  /**
   * The same.
   *
   * @throws ComponentFailed when there is none
   */
  public static Path neededProgram() {
    return program(System.getenv())
        .orElseThrow(() ->
            new ComponentFailed(
                "there is no pgbouncer from %d.%d on: install it, or name it by %s"
                    .formatted(OLDEST[0], OLDEST[1], VARIABLE)));
  }

  private static boolean isRecent(Path program) {
    Matcher version =
        VERSION.matcher(Shell.run(READY, List.of(program.toString(), "--version")).output());
    return version.find()
        && Arrays.compare(
                new int[] {Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2))},
                OLDEST)
            >= 0;
  }

  /**
   * Starts it unless it runs, and returns when it accepts connections. One that has other settings,
   * such as another way to the server, is started again.
   */
  public void start() {
    Path settings = state.data(NAME).resolve("pgbouncer.ini");
    if (write(settings)) {
      stop();
    }
    if (daemon.running().isEmpty()) {
      var user = Unprivileged.here();
      Path program = neededProgram();
      Path data = state.data(NAME);
      user.own(data);
      user.reach(program);
      daemon.start(Launch.of(data, user.command(List.of(program.toString(), settings.toString()))));
    }
    Await.within(READY, () -> daemon.running().isEmpty() || Ports.answers(port));
    if (!healthy()) {
      throw new ComponentFailed(
          "pgbouncer did not start\n" + String.join("\n", daemon.lastLog(15)));
    }
  }

  /** Whether the process runs and accepts connections. */
  public boolean healthy() {
    return daemon.running().isPresent() && Ports.answers(port);
  }

  /** Ends it, and with it all of its sessions. */
  public void stop() {
    daemon.stop("QUIT", PATIENCE);
  }

  /** Whether they are others than before. */
  private boolean write(Path settings) {
    try {
      Path users = settings.resolveSibling("userlist.txt");
      Files.writeString(
          users,
          Arrays.stream(DatabaseRole.values())
              .map(role -> "\"%s\" \"%s\"%n".formatted(role.roleName(), role.password()))
              .collect(Collectors.joining()));
      String wanted =
          SETTINGS.formatted(server, port, users, poolSize)
              + PARAMETERS.entrySet().stream()
                  .map(it -> "%s = %s%n".formatted(it.getKey(), it.getValue()))
                  .sorted()
                  .collect(Collectors.joining());
      if (Files.exists(settings) && Files.readString(settings).equals(wanted)) {
        return false;
      }
      Files.writeString(settings, wanted);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
