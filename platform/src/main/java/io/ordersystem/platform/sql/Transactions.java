package io.ordersystem.platform.sql;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.faults.FaultPoint;
import io.ordersystem.platform.faults.FaultPoints;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * Opens, commits and retries transactions on the primary. The work may run several times: it must
 * have no effect outside its {@link Tx} but {@link Tx#afterCommit}.
 *
 * <p>A transaction that the database refused because of others (serialization failure, deadlock, a
 * migration that changed what a prepared statement returns) is repeated as a whole, at most {@value
 * #ATTEMPTS} times with jitter, and counted as {@code db.transaction.retries}. A COMMIT whose
 * answer was lost is not repeated: its outcome is unknown and said so by {@link CommitUnknown}.
 *
 * <p>A transaction that has begun is not cancelled: it ends by COMMIT or ROLLBACK, whether somebody
 * still waits for it or not.
 */
@Singleton
public class Transactions {
  static final int ATTEMPTS = 10;
  private static final String OPEN = "io.ordersystem.platform.transaction";

  private final Pool pool;
  private final FaultPoints faults;
  private final QueryTimes times;
  private final MeterRegistry metrics;
  private final boolean pooled;

  Transactions(
      Pool pool,
      FaultPoints faults,
      QueryTimes times,
      MeterRegistry metrics,
      DatabaseConfig config) {
    this.pool = pool;
    this.faults = faults;
    this.times = times;
    this.metrics = metrics;
    this.pooled = config.pooler();
  }

  /** Runs the work in READ COMMITTED. */
  public <T> Uni<T> inTransaction(Function<Tx, Uni<T>> work) {
    return retried("BEGIN", work, 1);
  }

  /** Runs the work in SERIALIZABLE: for what decides by rows that it has read and not locked. */
  public <T> Uni<T> serializable(Function<Tx, Uni<T>> work) {
    return retried("BEGIN ISOLATION LEVEL SERIALIZABLE", work, 1);
  }

  /** Reads of one consistent snapshot, on the primary. */
  public <T> Uni<T> reading(Function<Tx, Uni<T>> work) {
    return retried("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", work, 1);
  }

  /**
   * Notes where the primary is, for a request that is answered by what an earlier one has done: who
   * is told its position sees that.
   */
  public Uni<Void> locate() {
    return OwnContext.toTheEnd(
            pool.withConnection(connection ->
                Position.written((sql, parameters) -> connection.preparedQuery(sql).execute())))
        .invoke(position -> Consistency.ended(position))
        .replaceWithVoid()
        .onFailure()
        .invoke(failure -> Log.warnf("No position for a repeat: %s", failure.getMessage()))
        // The answer is known; its caller gets no token.
        .onFailure()
        .recoverWithNull();
  }

  /**
   * Refuses to go on while the calling chain has a transaction open: whoever calls a foreign system
   * would otherwise hold row locks for as long as that system pleases.
   *
   * <p>The calling chain is known by its Vert.x context: chains that run side by side need contexts
   * of their own.
   *
   * @throws IllegalStateException when one is open
   */
  public static void mustNotBeOpen() {
    Context context = Vertx.currentContext();
    if (context != null && open(context) > 0) {
      throw new IllegalStateException("a database transaction is open while calling outside");
    }
  }

  private <T> Uni<T> retried(String begin, Function<Tx, Uni<T>> work, int attempt) {
    return once(begin, work)
        .onFailure(failure -> SqlFailures.isRetryable(failure) && attempt < ATTEMPTS)
        .recoverWithUni(failure -> {
          metrics
              .counter("db.transaction.retries", "sqlstate", SqlFailures.sqlState(failure))
              .increment();
          return pause(attempt).chain(() -> retried(begin, work, attempt + 1));
        });
  }

  private <T> Uni<T> once(String begin, Function<Tx, Uni<T>> work) {
    return OwnContext.toTheEnd(
        pool.getConnection()
            .chain(connection -> {
              var tx = new Tx(connection, times, pooled);
              mark(1);
              return begun(tx, begin, work)
                  .call(() -> faults.pass(FaultPoint.TRANSACTION_BEFORE_COMMIT))
                  .onFailure()
                  .call(failure -> rollback(tx))
                  .chain(result -> commit(tx).map(end -> new Committed<>(result, end)))
                  .onFailure()
                  .invoke(failure -> tx.notCommitted())
                  .eventually(() -> mark(-1))
                  // What is done is told, whatever becomes of the connection.
                  .invoke(committed -> committed.tell(tx))
                  .eventually(connection::close)
                  .map(Committed::result);
            }));
  }

  /** BEGIN and the work's first statement share a round trip: the one waits for nothing to say. */
  private static <T> Uni<T> begun(Tx tx, String begin, Function<Tx, Uni<T>> work) {
    return Uni.combine()
        .all()
        .unis(tx.statement(begin), Uni.createFrom().deferred(() -> work.apply(tx)))
        .with((begun, result) -> result);
  }

  /** What a transaction came to. */
  private record Committed<T>(T result, Tx.End end) {
    void tell(Tx tx) {
      Consistency.ended(end.position());
      tx.committed(end.position());
    }
  }

  private Uni<Tx.End> commit(Tx tx) {
    return tx.end("COMMIT")
        .call(() -> faults.pass(FaultPoint.TRANSACTION_AFTER_COMMIT))
        .onFailure(SqlFailures::isConnectionLoss)
        .transform(failure -> {
          metrics.counter("db.transaction.unknown").increment();
          return new CommitUnknown(failure);
        });
  }

  /** A caller that was refused because of what is there can be shown that it is. */
  private static Uni<Tx.End> rollback(Tx tx) {
    return tx.end("ROLLBACK")
        .invoke(end -> Consistency.ended(end.position()))
        .onFailure()
        .invoke(failure ->
            Log.debugf("ROLLBACK on a connection that is gone: %s", failure.getMessage()))
        // The server rolls back by itself when the connection is gone; the first failure counts.
        .onFailure()
        .recoverWithNull();
  }

  private static void mark(int change) {
    Context context = Vertx.currentContext();
    if (context != null) {
      context.putLocal(OPEN, open(context) + change);
    }
  }

  private static int open(Context context) {
    Integer open = context.getLocal(OPEN);
    return open == null ? 0 : open;
  }

  private static Uni<Void> pause(int attempt) {
    long bound = Math.min(200, 5L << attempt);
    long millis = 1 + ThreadLocalRandom.current().nextLong(bound);
    return Uni.createFrom().voidItem().onItem().delayIt().by(Duration.ofMillis(millis));
  }
}
