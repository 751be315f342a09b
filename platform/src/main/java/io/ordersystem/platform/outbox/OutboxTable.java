package io.ordersystem.platform.outbox;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;

/** The outbox as its leader sees it, on the leader's own connection. */
final class OutboxTable {
  /** One snapshot: the rows after the highest published one, the gaps below it, and its xmin. */
  private static final String LOOK =
      """
      SELECT s.xmin, o.*
      FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin) s
      LEFT JOIN LATERAL (
        (SELECT position, id, topic, key, type, dataschema, subject, aggregate_version, time, traceparent, causation_id, data
         FROM outbox WHERE position > ? ORDER BY position LIMIT ?)
        UNION ALL
        (SELECT position, id, topic, key, type, dataschema, subject, aggregate_version, time, traceparent, causation_id, data
         FROM outbox WHERE position = ANY (?))
      ) o ON true
      ORDER BY o.position
      """;

  private final Connection connection;

  OutboxTable(Connection connection) {
    this.connection = connection;
  }

  /**
   * What one look found, in position order.
   *
   * @param full whether there may be more
   */
  record Look(List<OutboxRow> rows, long xmin, boolean full) {}

  /** Takes the lock of this service's schema; false while another process has it. */
  boolean lead() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT pg_try_advisory_lock(hashtextextended('outbox-relay/' || current_schema(), 0))")) {
      return result.next() && result.getBoolean(1);
    }
  }

  /**
   * Binds the lead to a living process: the server ends a session that is silent for longer, a
   * statement that is not answered for longer ends the connection here.
   */
  void bind(Duration silence) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, (int) silence.toMillis());
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET idle_session_timeout = " + silence.toMillis());
      // A look goes through all partitions, whatever its parameters are: planned anew each time, it
      // takes five times as long.
      statement.execute("SET plan_cache_mode = force_generic_plan");
      // A cursor that a crash of the database forgets costs duplicates, which it may anyway.
      statement.execute("SET synchronous_commit = off");
    }
  }

  /** Gives the lock back, so that the pooled connection carries it nowhere. */
  void resign() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_unlock_all()");
      statement.execute("RESET idle_session_timeout");
      statement.execute("RESET synchronous_commit");
      statement.execute("RESET plan_cache_mode");
    }
    connection.setNetworkTimeout(Runnable::run, 0);
  }

  /** The last position that any transaction has taken, whether it has committed or not. */
  long lastTaken() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM outbox_position")) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  /** A transaction id that is assigned now: every transaction that has one already is older. */
  long assignTransactionId() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT pg_current_xact_id()::text::bigint")) {
      if (!result.next()) {
        throw new SQLException("no transaction id");
      }
      return result.getLong(1);
    }
  }

  /** Where the last leader stopped. */
  PublishedPositions.Saved cursor() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT greatest(position, highest) AS highest, gaps, gap_bounds FROM outbox_cursor")) {
      if (!result.next()) {
        throw new SQLException("outbox_cursor has no row");
      }
      Long[] positions = (Long[]) result.getArray("gaps").getArray();
      Long[] bounds = (Long[]) result.getArray("gap_bounds").getArray();
      var gaps = new TreeMap<Long, Long>();
      for (int i = 0; i < positions.length; i++) {
        gaps.put(positions[i], bounds[i]);
      }
      return new PublishedPositions.Saved(result.getLong("highest"), gaps);
    }
  }

  /**
   * Moves the cursor, never back: a leader that has lost the lead unnoticed must not undo its
   * successor's.
   */
  void moveCursor(PublishedPositions.Saved saved) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            UPDATE outbox_cursor SET position = ?, highest = ?, gaps = ?, gap_bounds = ?
            WHERE position <= ? AND highest <= ?
            """)) {
      statement.setLong(1, saved.contiguous());
      statement.setLong(2, saved.highest());
      statement.setArray(3, bigints(saved.gaps().keySet()));
      statement.setArray(4, bigints(saved.gaps().values()));
      statement.setLong(5, saved.contiguous());
      statement.setLong(6, saved.highest());
      statement.executeUpdate();
    }
  }

  private Array bigints(Collection<Long> numbers) throws SQLException {
    return connection.createArrayOf("bigint", numbers.toArray());
  }

  Look look(PublishedPositions positions, int limit) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
      statement.setLong(1, positions.highest());
      statement.setInt(2, limit);
      statement.setArray(3, bigints(positions.gaps()));
      try (ResultSet result = statement.executeQuery()) {
        return read(result, positions.highest(), limit);
      }
    }
  }

  private static Look read(ResultSet result, long highest, int limit) throws SQLException {
    var rows = new ArrayList<OutboxRow>();
    long xmin = 0;
    while (result.next()) {
      xmin = result.getLong("xmin");
      if (result.getObject("id") != null) {
        rows.add(row(result));
      }
    }
    // Gaps that have appeared come on top of the limit.
    return new Look(
        rows, xmin, rows.stream().filter(row -> row.position() > highest).count() == limit);
  }

  private static OutboxRow row(ResultSet result) throws SQLException {
    return new OutboxRow(
        result.getLong("position"),
        result.getObject("id", UUID.class),
        result.getString("topic"),
        result.getString("key"),
        result.getString("type"),
        result.getString("dataschema"),
        result.getString("subject"),
        result.getLong("aggregate_version"),
        result.getObject("time", OffsetDateTime.class).toInstant(),
        result.getString("traceparent"),
        result.getString("causation_id"),
        result.getString("data"));
  }
}
