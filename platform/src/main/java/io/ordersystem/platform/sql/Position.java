package io.ordersystem.platform.sql;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a server's write-ahead log has come. Positions compare within one database system only;
 * after a failover the log goes on in a higher timeline.
 *
 * @param system the identifier that a primary shares with its replicas
 * @param timeline ascends with each promotion
 * @param lsn bytes of log, as in {@code pg_lsn}
 */
public record Position(long system, int timeline, long lsn) {
  /**
   * Where the primary is: what has been flushed, which covers every commit that has been answered.
   * Not where it inserts, where others' records wait for their flush before a replica gets them;
   * but with {@code synchronous_commit = off} an answered commit is no more than inserted.
   */
  private static final String WRITTEN =
      """
      SELECT system_identifier AS system, ('x' || left(pg_walfile_name(lsn), 8))::bit(32)::int AS timeline, lsn - '0/0' AS lsn
      FROM pg_control_system(), (SELECT CASE current_setting('synchronous_commit')
        WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END AS lsn) AS here
      """;

  /**
   * Where a replica is: what it has replayed, and the timeline of that as far as it knows for
   * certain. An address of a replica may lead to a primary.
   */
  private static final String REPLAYED =
      """
      SELECT system_identifier AS system,
        CASE WHEN standby THEN greatest(timeline_id, min_recovery_end_timeline)
             ELSE ('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::int END AS timeline,
        coalesce(CASE WHEN standby THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END, '0/0') - '0/0' AS lsn
      FROM pg_control_system(), pg_control_checkpoint(), pg_control_recovery(), (SELECT pg_is_in_recovery() AS standby) AS here
      """;

  /** What no server covers: a read that requires it is answered by the primary. */
  public static final Position BEYOND = new Position(0, 0, Long.MAX_VALUE);

  private static final Pattern TEXT = Pattern.compile("([0-9a-f]{16})([0-9a-f]{8})([0-9a-f]{16})");

  /** Where the primary is, read on a connection to it. */
  static Uni<Position> written(Statements connection) {
    return connection.query(WRITTEN).map(rows -> of(rows.iterator().next()));
  }

  /**
   * What a reading that begins on that connection to the primary after this one includes everything
   * up to. A commit is flushed before it can be seen: what is said to be flushed now may be seen a
   * moment later only. But whoever is told its position is told so after that, and a later one.
   */
  public static Uni<Position> beforeReadingThePrimary(SqlConnection connection) {
    return written((sql, parameters) -> connection.preparedQuery(sql).execute())
        .map(at -> new Position(at.system, at.timeline, at.lsn - 1));
  }

  /** The same of a replica, which shows a commit before it says that it has replayed it. */
  public static Uni<Position> replayed(SqlConnection connection) {
    return connection.preparedQuery(REPLAYED).execute().map(rows -> of(rows.iterator().next()));
  }

  private static Position of(Row row) {
    return new Position(
        row.getLong("system"), row.getInteger("timeline"), row.getNumeric("lsn").longValue());
  }

  /** Whether what is known at this position includes everything up to the other one. */
  public boolean covers(Position other) {
    return system == other.system && timeline == other.timeline && lsn >= other.lsn;
  }

  /** Whether both are of one history, so that the one with the greater {@link #lsn} is later. */
  public boolean isComparable(Position other) {
    return system == other.system && timeline == other.timeline;
  }

  /**
   * Whether a primary that was here {@link #beforeReadingThePrimary} cannot know everything that
   * whoever was told that position may have seen: of the same timeline when it has flushed less,
   * which is one byte more than it says here, and of an older one always. A position of an older
   * timeline was told before a failover, and this primary is what came out of it; one of another
   * system says nothing here, nor does {@link #BEYOND}.
   */
  public boolean isStaleFor(Position told) {
    int newer = Integer.compareUnsigned(told.timeline, timeline);
    return system == told.system && (newer > 0 || (newer == 0 && lsn + 1 < told.lsn));
  }

  /** 40 hexadecimal digits; of one system they sort as the positions do. */
  public String text() {
    return String.format(Locale.ROOT, "%016x%08x%016x", system, timeline, lsn);
  }

  /** The position that {@link #text()} wrote; empty for another text. */
  public static Optional<Position> parse(String text) {
    Matcher digits = TEXT.matcher(text);
    return digits.matches()
        ? Optional.of(
            new Position(
                HexFormat.fromHexDigitsToLong(digits.group(1)),
                HexFormat.fromHexDigits(digits.group(2)),
                HexFormat.fromHexDigitsToLong(digits.group(3))))
        : Optional.empty();
  }
}
