package io.ordersystem.devstack.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads as order-service does: by prepared statements that are kept. All sessions of a benchmark
 * share one connection: two would differ by the processors on which their servers happen to run,
 * which is more than what is compared. It can also tell what a read touches.
 */
final class ReadSession {
  private static final Pattern BUFFERS = Pattern.compile("shared(?: hit=(\\d+))?(?: read=(\\d+))?");

  /** Of tables and indexes alike, but for the catalogue's. */
  private static final String LOCKED =
      """
      SELECT count(*), count(*) FILTER (WHERE c.relkind IN ('r', 'p'))
      FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
      WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND c.relnamespace <> 'pg_catalog'::regnamespace
      """;

  private final Connection connection;
  private final String schema;
  private final Plans plans;
  private final Map<ServiceSql, PreparedStatement> prepared = new HashMap<>();
  private final Map<ServiceSql, PreparedStatement> explained = new HashMap<>();
  private boolean explains;
  private long buffers;

  /** What a read touches: pages of the buffer pool, relations (of which tables) it has locked. */
  record Touched(long buffers, int relations, int tables) {}

  /** How PostgreSQL comes to the plan of a prepared statement. */
  enum Plans {
    /** With each execution, for its very parameters: as the service's writes. */
    ANEW("plan_cache_mode = force_custom_plan", "enable_seqscan = on"),
    /** Once, by indexes: as the service's look-ups and lists (KeyedReading). */
    KEYED("plan_cache_mode = force_generic_plan", "enable_seqscan = off"),
    /** As PostgreSQL thinks best: as everybody's who sets nothing. */
    AUTO("plan_cache_mode = auto", "enable_seqscan = on");

    private final List<String> settings;

    Plans(String... settings) {
      this.settings = List.of(settings);
    }
  }

  /** A read, of one statement or several. */
  @FunctionalInterface
  interface Read {
    void run(ReadSession session) throws SQLException;
  }

  /**
   * A session.
   *
   * @param connection as the service's role; what is set there is this session's after {@link
   *     #enter}
   * @param schema where names are looked up
   */
  ReadSession(Connection connection, String schema, Plans plans) {
    this.connection = connection;
    this.schema = schema;
    this.plans = plans;
  }

  /** From now on the connection is this session's. */
  void enter() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = " + schema);
      for (String setting : plans.settings) {
        statement.execute("SET " + setting);
      }
    }
  }

  /** All rows of a statement, read to the end; answers their first column. */
  List<Object> rows(ServiceSql sql, @Nullable Object... parameters) throws SQLException {
    if (explains) {
      buffers += buffers(sql, parameters);
    }
    return rows(prepared, sql, sql.text(), parameters);
  }

  private List<Object> rows(
      Map<ServiceSql, PreparedStatement> kept,
      ServiceSql sql,
      String text,
      @Nullable Object... parameters)
      throws SQLException {
    PreparedStatement statement = kept.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(text);
      kept.put(sql, statement);
    }
    for (int i = 0; i < sql.places().size(); i++) {
      statement.setObject(i + 1, parameters[sql.places().get(i) - 1]);
    }
    var first = new ArrayList<Object>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        first.add(rows.getObject(1));
      }
    }
    return first;
  }

  private long buffers(ServiceSql sql, @Nullable Object... parameters) throws SQLException {
    for (Object line :
        rows(explained, sql, "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) " + sql.text(), parameters)) {
      Matcher matcher = BUFFERS.matcher(line.toString());
      // The first one is the top node's, which counts those below it.
      if (line.toString().strip().startsWith("Buffers:") && matcher.find()) {
        return number(matcher.group(1)) + number(matcher.group(2));
      }
    }
    return 0;
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /**
   * What a read touches once everything that is kept is kept.
   *
   * @param times of reading before, at least; PostgreSQL decides about plans after five
   * @param nanos for how long, at least: a read that is different each time has many plans
   */
  Touched touched(Read read, int times, long nanos) throws SQLException {
    enter();
    long end = System.nanoTime() + nanos;
    for (int i = 0; i < times || System.nanoTime() < end; i++) {
      read.run(this);
    }
    buffers = 0;
    explains = true;
    read.run(this);
    explains = false;
    connection.setAutoCommit(false);
    try {
      read.run(this);
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(LOCKED)) {
        row.next();
        return new Touched(buffers, row.getInt(1), row.getInt(2));
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }
}
