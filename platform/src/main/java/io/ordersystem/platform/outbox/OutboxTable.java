package io.ordersystem.platform.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The outbox as its leader sees it, on the leader's own connection. */
final class OutboxTable {
  /** One snapshot: the rows after the highest published one, the gaps below it, and its bounds. */
  private static final String LOOK =
      """
      SELECT s.xmin, s.xmax, o.*
      FROM (SELECT pg_snapshot_xmin(c)::text::bigint AS xmin, pg_snapshot_xmax(c)::text::bigint AS xmax
            FROM pg_current_snapshot() c) s
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

  /** What one look found, in position order. */
  record Look(List<OutboxRow> rows, long xmin, long xmax) {}

  /** Takes the lock of this service's schema; false while another process has it. */
  boolean lead() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT pg_try_advisory_lock(hashtextextended('outbox-relay/' || current_schema(), 0))")) {
      return result.next() && result.getBoolean(1);
    }
  }

  long cursor() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT position FROM outbox_cursor")) {
      if (!result.next()) {
        throw new SQLException("outbox_cursor has no row");
      }
      return result.getLong(1);
    }
  }

  void moveCursor(long position) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE outbox_cursor SET position = ? WHERE position < ?")) {
      statement.setLong(1, position);
      statement.setLong(2, position);
      statement.executeUpdate();
    }
  }

  Look look(PublishedPositions positions, int limit) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
      statement.setLong(1, positions.highest());
      statement.setInt(2, limit);
      statement.setArray(
          3, connection.createArrayOf("bigint", positions.gaps().toArray(Long[]::new)));
      try (ResultSet result = statement.executeQuery()) {
        return read(result);
      }
    }
  }

  private static Look read(ResultSet result) throws SQLException {
    var rows = new ArrayList<OutboxRow>();
    long xmin = 0;
    long xmax = 0;
    while (result.next()) {
      xmin = result.getLong("xmin");
      xmax = result.getLong("xmax");
      if (result.getObject("id") != null) {
        rows.add(row(result));
      }
    }
    return new Look(rows, xmin, xmax);
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
