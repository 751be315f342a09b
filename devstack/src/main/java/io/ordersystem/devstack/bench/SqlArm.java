package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.bench.ReadSession.Read;
import io.ordersystem.devstack.bench.ReadSession.Touched;
import java.sql.SQLException;
import java.util.List;
import org.HdrHistogram.Histogram;

/** One way to read, and how long it took in each round. */
final class SqlArm {
  /** Long enough to be warm again after the others, short against a round. */
  private static final long TURN_NANOS = 40_000_000;

  private static final long WARM_NANOS = 1_000_000_000L;
  private static final long LONGEST_NANOS = 120_000_000_000L;

  final String name;
  final Figures p50 = new Figures();
  final Figures p99 = new Figures();
  private final ReadSession session;
  private final Read read;
  private Histogram nanos = new Histogram(LONGEST_NANOS, 3);

  SqlArm(String name, ReadSession session, Read read) {
    this.name = name;
    this.session = session;
    this.read = read;
  }

  /**
   * One round of arms that are compared: they take turns of some hundredths of a second, so that
   * what disturbs one disturbs the others.
   *
   * @param seconds for each of them
   */
  static void round(List<SqlArm> arms, int seconds) throws SQLException {
    arms.forEach(arm -> arm.nanos = new Histogram(LONGEST_NANOS, 3));
    long end = System.nanoTime() + arms.size() * seconds * 1_000_000_000L;
    while (System.nanoTime() < end) {
      for (SqlArm arm : arms) {
        arm.turn();
      }
    }
  }

  private void turn() throws SQLException {
    session.enter();
    long end = System.nanoTime() + TURN_NANOS;
    long began;
    do {
      began = System.nanoTime();
      read.run(session);
      nanos.recordValue(Math.min(System.nanoTime() - began, LONGEST_NANOS - 1));
    } while (System.nanoTime() < end);
  }

  /** Keeps the round's figures, in microseconds. */
  void keep() {
    p50.add(nanos.getValueAtPercentile(50) / 1e3);
    p99.add(nanos.getValueAtPercentile(99) / 1e3);
  }

  long executions() {
    return nanos.getTotalCount();
  }

  Touched touched() throws SQLException {
    return session.touched(read, 10, WARM_NANOS);
  }
}
