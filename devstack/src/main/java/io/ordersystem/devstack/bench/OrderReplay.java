package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.bench.StatementLog.Executed;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.ComponentFailed;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one order as four scripts of pgbench, one per service: the same texts with the
 * same parameters in the same transactions, but for what tells one order from another, which is new
 * each time. They run one script after the other, each with the machine for itself, so that an
 * order takes as long as its four parts together.
 *
 * <p>Left out is what also runs when there is no order, and the relay's cursor, a row that the
 * clients of pgbench would queue for; both make the replay faster than the services could be.
 */
final class OrderReplay {
  /** What the replayed order is of, which becomes one of as many offers as the benchmark has. */
  static final String OFFER = "bench-42";

  private static final List<Integer> CLIENTS = List.of(1, 4, 8);
  private static final Pattern PLACE = Pattern.compile("\\$(\\d+)");

  /**
   * Digits of ids, hashes and traces, but for the last four, which tell ids of the same millisecond
   * apart; names that the provider gives; the random part of an order's number.
   */
  private static final Pattern IDS =
      Pattern.compile(
          "[0-9a-f]*([0-9a-f]{8})[0-9a-f]{4}(?![0-9a-f])|(?:pi|evt|ch|re|cs)_[A-Za-z0-9]+()|\\d{6}-([0-9A-HJKMNP-TV-Z]{7})");

  /** Keys of locks, which are hashes of ids. */
  private static final Pattern NUMBERS = Pattern.compile("\\{?(-?\\d{12,},?)+}?");

  private static final Pattern LONG_NUMBER = Pattern.compile("(\\d{2,})\\d{10}");

  /** A table of each service that has one row per order when the replay does what it should. */
  private static final Map<DatabaseRole, String> WITNESSES =
      Map.of(
          DatabaseRole.ORDERS, "orders",
          DatabaseRole.INVENTORY, "reservations",
          DatabaseRole.PAYMENTS, "payments",
          DatabaseRole.NOTIFICATIONS, "messages");

  private final Database database;
  private final PgBench pgbench;
  private final List<Script> scripts;
  private int runs;

  /**
   * A service's part.
   *
   * @param variables for pgbench, which knows no constants with a colon in them
   */
  private record Script(
      DatabaseRole role, String text, Map<String, String> variables, int statements, int commits) {}

  /**
   * The replay of one order.
   *
   * @param executed while the order was placed and confirmed, and nothing else happened
   * @param idle texts that also run when nothing happens
   */
  OrderReplay(Database database, PgBench pgbench, List<Executed> executed, Set<String> idle)
      throws SQLException {
    this.database = database;
    this.pgbench = pgbench;
    Map<String, List<Executed>> byRole =
        executed.stream().collect(Collectors.groupingBy(Executed::role));
    this.scripts = new ArrayList<>();
    for (DatabaseRole role : WITNESSES.keySet().stream().sorted().toList()) {
      scripts.add(script(role, byRole.getOrDefault(role.roleName(), List.of()), idle));
    }
  }

  /** Statements of one order, with BEGIN and COMMIT. */
  int statements() {
    return scripts.stream().mapToInt(Script::statements).sum();
  }

  /** Transactions of one order that are more than one statement. */
  int transactions() {
    return scripts.stream().mapToInt(Script::commits).sum();
  }

  /**
   * Orders per second.
   *
   * @param seconds for each script and number of clients
   * @throws ComponentFailed when a script did not write what an order writes
   */
  double run(int seconds) throws IOException, InterruptedException, SQLException {
    double perOrder = 0;
    for (Script script : scripts) {
      double best = 0;
      for (int clients : CLIENTS) {
        best = Math.max(best, run(script, clients, seconds));
      }
      perOrder += 1 / best;
    }
    return 1 / perOrder;
  }

  private double run(Script script, int clients, int seconds)
      throws IOException, InterruptedException, SQLException {
    runs++;
    var variables = new HashMap<>(script.variables);
    variables.put("run", Integer.toString(runs));
    variables.put("i", "0");
    long before = witnesses(script.role);
    double rate =
        pgbench.run(
            "order-" + script.role.roleName(),
            script.text,
            script.role,
            script.role.roleName(),
            clients,
            seconds,
            variables);
    long written = witnesses(script.role) - before;
    // The client that is stopped by the end has begun one more than it has finished.
    if (written < rate * seconds * 0.9 || written > rate * seconds * 1.1 + clients) {
      throw new ComponentFailed(
          "%s: %d rows of %s for %.0f replayed orders"
              .formatted(
                  script.role.roleName(), written, WITNESSES.get(script.role), rate * seconds));
    }
    return rate;
  }

  private long witnesses(DatabaseRole role) throws SQLException {
    try (Connection connection = database.connect(DatabaseRole.SUPERUSER);
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*) FROM %s.%s".formatted(role.roleName(), WITNESSES.get(role)))) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  private Script script(DatabaseRole role, List<Executed> executed, Set<String> idle)
      throws SQLException {
    var writing = new Writing();
    List<Executed> ordered = inTransactions(executed, idle);
    try (Connection connection = database.connect(role)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET search_path = " + role.roleName());
      }
      var types = new HashMap<String, List<String>>();
      for (Executed one : ordered) {
        List<String> known = types.get(one.sql());
        if (known == null) {
          known = types(connection, one.sql());
          types.put(one.sql(), known);
        }
        writing.add(one, known);
      }
    }
    int commits = (int) ordered.stream().filter(one -> one.sql().equals("COMMIT")).count();
    return new Script(role, writing.script(), writing.constants, ordered.size(), commits);
  }

  /**
   * One transaction after the other, in the order in which they began: sessions of a service took
   * turns, a client of pgbench is one. Those that read or wrote nothing for the order are left out.
   */
  private static List<Executed> inTransactions(List<Executed> executed, Set<String> idle) {
    var pieces = new ArrayList<List<Executed>>();
    Map<Long, List<Executed>> open = new HashMap<>();
    for (Executed one : executed) {
      List<Executed> transaction = open.get(one.session());
      if (one.sql().startsWith("BEGIN")) {
        transaction = new ArrayList<>(List.of(one));
        open.put(one.session(), transaction);
        pieces.add(transaction);
      } else if (transaction == null) {
        pieces.add(List.of(one));
      } else {
        transaction.add(one);
        if (one.sql().equals("COMMIT") || one.sql().equals("ROLLBACK")) {
          open.remove(one.session());
        }
      }
    }
    return pieces.stream()
        .map(piece ->
            piece.stream()
                .filter(one -> isBoundary(one.sql()) || !isLeftOut(one.sql(), idle))
                .toList())
        .filter(piece -> piece.stream().anyMatch(one -> !isBoundary(one.sql())))
        .flatMap(List::stream)
        .toList();
  }

  private static boolean isBoundary(String sql) {
    return sql.startsWith("BEGIN") || sql.equals("COMMIT") || sql.equals("ROLLBACK");
  }

  private static boolean isLeftOut(String sql, Set<String> idle) {
    return idle.contains(sql) || sql.contains("UPDATE outbox_cursor");
  }

  /** The server's own idea of what the parameters are. */
  private static List<String> types(Connection connection, String sql) throws SQLException {
    var types = new ArrayList<String>();
    if (!PLACE.matcher(sql).find()) {
      return types;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("PREPARE replayed AS " + sql);
      try (var rows =
          statement.executeQuery(
              """
              SELECT t.type::text
              FROM pg_prepared_statements p, unnest(p.parameter_types) WITH ORDINALITY AS t(type, n)
              WHERE p.name = 'replayed' ORDER BY t.n
              """)) {
        while (rows.next()) {
          types.add(rows.getString(1));
        }
      }
      statement.execute("DEALLOCATE replayed");
    }
    return types;
  }

  /** Makes a script of statements. */
  private static final class Writing {
    final Map<String, String> constants = new LinkedHashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, String> made = new LinkedHashMap<>();
    private final StringBuilder statements = new StringBuilder();

    void add(Executed one, List<String> types) {
      Function<Integer, String> value =
          n -> {
            if (one.sql().contains("outbox WHERE position > ") && n == 1) {
              return ":position";
            }
            String parameter = one.parameters().get(n - 1);
            String name = parameter == null ? "NULL" : ":" + name(parameter);
            return name + "::" + types.get(n - 1);
          };
      String sql =
          PLACE
              .matcher(one.sql())
              .replaceAll(
                  match -> Matcher.quoteReplacement(value.apply(Integer.valueOf(match.group(1)))));
      statements.append(sql.strip()).append(";\n");
    }

    /** The variable that holds a parameter: a constant, or made anew for each order. */
    private String name(String parameter) {
      String known = names.get(parameter);
      if (known != null) {
        return known;
      }
      String template = template(parameter);
      String constant = "c" + constants.size();
      constants.put(constant, template == null ? parameter : template);
      String name = template == null ? constant : "p" + made.size();
      if (template != null) {
        made.put(
            name,
            "replace(replace(replace(replace(:%s, '\u0001', s), '\u0002', n), '\u0003', o), '\u0004', d)"
                .formatted(constant));
      }
      names.put(parameter, name);
      return name;
    }

    /** Null for what is the same for each order. */
    private static @Nullable String template(String parameter) {
      if (NUMBERS.matcher(parameter).matches()) {
        return LONG_NUMBER.matcher(parameter).replaceAll("$1\u0004");
      }
      var text = new StringBuilder();
      Matcher id = IDS.matcher(parameter);
      int from = 0;
      while (id.find()) {
        if (id.group(1) != null) {
          text.append(parameter, from, id.start(1))
              .append('\u0001')
              .append(parameter, id.end(1), id.end());
        } else if (id.group(3) != null) {
          text.append(parameter, from, id.start(3)).append('\u0002');
        } else {
          text.append(parameter, from, id.end()).append('\u0001');
        }
        from = id.end();
      }
      text.append(parameter.substring(from));
      String template = text.toString().replace(OFFER, "\u0003");
      return template.equals(parameter) ? null : template;
    }

    String script() {
      String values =
          made.entrySet().stream()
              .map(entry -> entry.getValue() + " AS " + entry.getKey())
              .collect(Collectors.joining(",\n  "));
      return """
      \\set i :i + 1
      \\set offer random(0, %d)
      SELECT last_value - 3 AS position FROM outbox_position \\gset
      SELECT %s
      FROM (SELECT lpad(to_hex(:run * 40000000 + :client_id * 4000000 + :i::bigint), 8, '0') AS s,
        lpad(upper(to_hex(:run * 1000000 + :client_id * 100000 + :i)), 7, '0') AS n,
            lpad((:run * 40000000 + :client_id * 4000000 + :i::bigint)::text, 10, '0') AS d, 'bench-' || :offer AS o) AS x \\gset
      %s\
      """
          .formatted(OrdersBench.OFFERS - 1, values, statements);
    }
  }
}
