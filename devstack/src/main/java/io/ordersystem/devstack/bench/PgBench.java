package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.ComponentFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's own load tool, with a script of ours. */
final class PgBench {
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
  private static final int TRIES = 20;
  private static final int MARGIN_SECONDS = 20;

  private final int port;
  private final String database;
  private final Path scripts;

  PgBench(int port, String database, Path scripts) {
    this.port = port;
    this.database = database;
    this.scripts = scripts;
  }

  /** Transactions per second of the script, as that role and in that schema. */
  double run(String name, String script, DatabaseRole role, String schema, int clients, int seconds)
      throws IOException, InterruptedException {
    return run(name, script, role, schema, clients, seconds, Map.of());
  }

  /** The same with variables, which may be texts. */
  double run(
      String name,
      String script,
      DatabaseRole role,
      String schema,
      int clients,
      int seconds,
      Map<String, String> variables)
      throws IOException, InterruptedException {
    Path file = Files.writeString(scripts.resolve(name + ".sql"), script);
    var command =
        new ArrayList<>(
            List.of(
                "pgbench",
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-U",
                role.roleName(),
                "-n",
                "-M",
                "prepared",
                "-c",
                Integer.toString(clients),
                "-j",
                Integer.toString(Math.min(2, clients)),
                "-T",
                Integer.toString(seconds),
                "--max-tries",
                Integer.toString(TRIES),
                "-f",
                file.toString()));
    variables.forEach((variable, value) -> command.addAll(List.of("-D", variable + "=" + value)));
    command.add(database);
    var builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.environment().put("PGPASSWORD", role.password());
    builder.environment().put("PGOPTIONS", "-c search_path=" + schema);
    Process process = start(builder);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(seconds + MARGIN_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    Matcher rate = RATE.matcher(output);
    if (process.exitValue() != 0 || !rate.find()) {
      throw new ComponentFailed("pgbench failed:\n" + output);
    }
    return Double.parseDouble(rate.group(1));
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new ComponentFailed(
          "pgbench is needed and not on the path; Debian: apt-get install postgresql-contrib", e);
    }
  }
}
