package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The engine's own statements, a full batch per transaction, with nothing before them: no HTTP, no
 * tokens, no JSON, no events to write. What is left of it in (b) is the price of the rest.
 */
final class BatchedSql {
  private static final String TABLE = "io.ordersystem.inventory.reservation.ReservationTable";
  private static final String STOCK = "io.ordersystem.inventory.stock.StockTable";
  private static final String OUTBOX = "io.ordersystem.platform.outbox.Outbox";

  /** As long as the event of a reservation. */
  private static final String EVENT =
      "{\"reservationKey\":\"%s\",\"status\":\"ACTIVE\",\"lines\":[{\"lineKey\":\"%s/hot-0|s1\",\"variantId\":\"hot-0\",\"sellerId\":\"s1\",\"quantity\":1,\"committedQuantity\":0,\"status\":\"ACTIVE\",\"returnedQuantity\":0}],\"shortages\":[],\"expiresAt\":\"2026-11-27T00:00:00.000000Z\"}";

  private final Database database;
  private final int batch;
  private final ServiceSql lock;
  private final ServiceSql lockStock;
  private final ServiceSql insert;
  private final ServiceSql insertLines;
  private final ServiceSql update;
  private final ServiceSql append;

  BatchedSql(Database database, Path application, int batch) {
    this.database = database;
    this.batch = batch;
    lock = ServiceSql.of(application, TABLE, "LOCK");
    lockStock = ServiceSql.of(application, STOCK, "LOCK");
    insert = ServiceSql.of(application, TABLE, "INSERT");
    insertLines = ServiceSql.of(application, TABLE, "INSERT_LINES");
    update = ServiceSql.of(application, STOCK, "UPDATE");
    append = ServiceSql.of(application, OUTBOX, "APPEND");
  }

  /** Reservations per second of so many connections, all on one offer. */
  double run(int connections, int seconds) throws InterruptedException {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    long began = System.nanoTime();
    try (var threads = Executors.newFixedThreadPool(connections)) {
      var counts = new ArrayList<Future<Long>>();
      for (int i = 0; i < connections; i++) {
        Callable<Long> loop = () -> loop(end);
        counts.add(threads.submit(loop));
      }
      long total = 0;
      for (Future<Long> count : counts) {
        total += count.get();
      }
      return total / ((System.nanoTime() - began) / 1e9);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the batched SQL failed: " + e.getCause(), e);
    }
  }

  private long loop(long end) throws SQLException {
    long done = 0;
    try (Connection connection = database.connect(DatabaseRole.SUPERUSER);
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = " + SqlTables.SCHEMA);
      connection.setAutoCommit(false);
      while (System.nanoTime() < end) {
        reserve(connection);
        connection.commit();
        done += batch;
      }
    }
    return done;
  }

  private void reserve(Connection connection) throws SQLException {
    String[] keys = new String[batch];
    String[] lines = new String[batch];
    String[] events = new String[batch + 1];
    UUID[] ids = new UUID[batch + 1];
    for (int i = 0; i < batch; i++) {
      keys[i] = id().toString();
      lines[i] = keys[i] + "/hot-0|s1";
      events[i] = EVENT.formatted(keys[i], keys[i]);
      ids[i] = id();
    }
    ids[batch] = id();
    var now = OffsetDateTime.now(ZoneOffset.UTC);
    run(connection, lock, text(connection, keys));
    long[] row = stock(connection);
    run(
        connection,
        insert,
        text(connection, keys),
        text(connection, all("ACTIVE", batch)),
        array(connection, "bigint", all(1L, batch)),
        now,
        array(connection, "timestamptz", all(now.plusDays(1), batch)));
    run(
        connection,
        insertLines,
        text(connection, lines),
        text(connection, keys),
        text(connection, all("hot-0", batch)),
        text(connection, all("s1", batch)),
        array(connection, "int", all(1, batch)),
        text(connection, all("ACTIVE", batch)),
        array(connection, "timestamptz", all(now.plusDays(1), batch)),
        now);
    run(
        connection,
        update,
        text(connection, "hot-0"),
        text(connection, "s1"),
        array(connection, "int", (int) row[0]),
        array(connection, "int", (int) row[1] + batch),
        array(connection, "bigint", row[2] + 1),
        array(connection, "bigint", 0L),
        array(connection, "boolean", false),
        now);
    events[batch] = EVENT.formatted("state", "state");
    append(connection, ids, keys, events, now);
  }

  private void append(
      Connection connection, UUID[] ids, String[] keys, String[] events, OffsetDateTime now)
      throws SQLException {
    int size = batch + 1;
    String[] subjects = Arrays.copyOf(keys, size);
    subjects[batch] = "hot-0|s1";
    run(
        connection,
        append,
        array(connection, "uuid", (Object[]) ids),
        text(connection, all("inventory.reservation.events.v1", size)),
        text(connection, subjects),
        text(connection, all("io.ordersystem.reservation.reserved.v1", size)),
        text(connection, all("urn:io.ordersystem:schema:ReservationChanged:1", size)),
        text(connection, subjects),
        array(connection, "bigint", all(1L, size)),
        text(connection, all("00-6966df6c69946f72fee6d6653e24a0e4-912c2d9298611ebf-01", size)),
        text(connection, all("01a21579-70d0-74ed-9dff-c41783c4ca61", size)),
        text(connection, events),
        now);
  }

  /** On hand, reserved and version of the locked row. */
  private long[] stock(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            prepared(connection, lockStock, text(connection, "hot-0"), text(connection, "s1"));
        ResultSet row = statement.executeQuery()) {
      row.next();
      return new long[] {row.getLong("on_hand"), row.getLong("reserved"), row.getLong("version")};
    }
  }

  private static void run(Connection connection, ServiceSql sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepared(connection, sql, parameters)) {
      statement.execute();
    }
  }

  private static PreparedStatement prepared(
      Connection connection, ServiceSql sql, Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql.text());
    for (int i = 0; i < sql.places().size(); i++) {
      statement.setObject(i + 1, parameters[sql.places().get(i) - 1]);
    }
    return statement;
  }

  private static Array text(Connection connection, String... values) throws SQLException {
    return connection.createArrayOf("text", values);
  }

  private static Array array(Connection connection, String type, Object... values)
      throws SQLException {
    return connection.createArrayOf(type, values);
  }

  private static String[] all(String value, int times) {
    String[] values = new String[times];
    Arrays.fill(values, value);
    return values;
  }

  private static Object[] all(Object value, int times) {
    Object[] values = new Object[times];
    Arrays.fill(values, value);
    return values;
  }

  /** Ascending in time like our ids, so that indexes grow at one end. */
  private static UUID id() {
    var random = ThreadLocalRandom.current();
    return new UUID(
        System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(0x1000),
        random.nextLong() & 0x3fffffffffffffffL | 0x8000000000000000L);
  }
}
