package io.ordersystem.devstack.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows on their way into one table by {@code COPY} in the binary format, which spares the server
 * the parsing of numbers, times and ids. A connection has one of these at a time. Values are
 * appended in the order of the columns; the server refuses a row with too few or too many.
 */
final class CopyRows implements AutoCloseable {
  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final int SENT_FROM = 60_000;
  private static final int TEXT_OID = 25;
  private static final long EPOCH_SECONDS = 946_684_800;

  private final CopyIn copy;
  private final short columns;
  private ByteBuffer buffer = ByteBuffer.allocate(2 * SENT_FROM);

  /**
   * Begins.
   *
   * @param table with its schema
   * @param frozen the table was made or emptied by the same transaction, and nobody needs to look
   *     at its rows again after the load
   */
  CopyRows(Connection connection, String table, boolean frozen, String... columns)
      throws SQLException {
    this.columns = (short) columns.length;
    copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "COPY %s (%s) FROM STDIN (FORMAT binary%s)"
                    .formatted(table, String.join(", ", columns), frozen ? ", FREEZE" : ""));
    buffer.put(HEADER);
  }

  /** Begins a row. */
  CopyRows row() {
    if (buffer.position() >= SENT_FROM) {
      send();
    }
    buffer.putShort(columns);
    return this;
  }

  CopyRows uuid(@Nullable UUID value) {
    if (value == null) {
      return none();
    }
    buffer
        .putInt(16)
        .putLong(value.getMostSignificantBits())
        .putLong(value.getLeastSignificantBits());
    return this;
  }

  CopyRows text(@Nullable String value) {
    if (value == null) {
      return none();
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    room(bytes.length + 4).putInt(bytes.length).put(bytes);
    return this;
  }

  CopyRows texts(List<String> values) {
    byte[][] bytes =
        values.stream().map(v -> v.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    int size = 12;
    for (byte[] value : bytes) {
      size += value.length + 4;
    }
    boolean some = bytes.length > 0;
    room(size + 12).putInt(some ? size + 8 : size).putInt(some ? 1 : 0).putInt(0).putInt(TEXT_OID);
    if (some) {
      buffer.putInt(bytes.length).putInt(1);
    }
    for (byte[] value : bytes) {
      buffer.putInt(value.length).put(value);
    }
    return this;
  }

  CopyRows json(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    // Version 1 of jsonb on the wire: the text.
    room(bytes.length + 5).putInt(bytes.length + 1).put((byte) 1).put(bytes);
    return this;
  }

  CopyRows bigint(long value) {
    buffer.putInt(8).putLong(value);
    return this;
  }

  CopyRows integer(int value) {
    buffer.putInt(4).putInt(value);
    return this;
  }

  CopyRows bool(boolean value) {
    buffer.putInt(1).put((byte) (value ? 1 : 0));
    return this;
  }

  CopyRows time(Instant value) {
    return bigint((value.getEpochSecond() - EPOCH_SECONDS) * 1_000_000 + value.getNano() / 1_000);
  }

  private CopyRows none() {
    buffer.putInt(-1);
    return this;
  }

  /** Only texts can be longer than what is left behind the mark at which a row begins. */
  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes + SENT_FROM / 2) {
      var larger = ByteBuffer.allocate(buffer.capacity() + bytes + SENT_FROM);
      larger.put(buffer.flip());
      buffer = larger;
    }
    return buffer;
  }

  private void send() {
    try {
      copy.writeToCopy(buffer.array(), 0, buffer.position());
      buffer.clear();
    } catch (SQLException e) {
      throw new CopyFailed(e);
    }
  }

  /** A failure within a callback that may not throw it; whoever began the load unwraps it. */
  static final class CopyFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final SQLException cause;

    CopyFailed(SQLException cause) {
      super(cause);
      this.cause = cause;
    }

    SQLException sql() {
      return cause;
    }
  }

  /** Ends the load; the rows are there when the transaction commits. */
  long end() throws SQLException {
    buffer.putShort((short) -1);
    send();
    return copy.endCopy();
  }

  /** Gives up what was not ended. */
  @Override
  public void close() throws SQLException {
    if (copy.isActive()) {
      copy.cancelCopy();
    }
  }
}
