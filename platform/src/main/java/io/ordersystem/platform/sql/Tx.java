package io.ordersystem.platform.sql;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One open transaction. Statements run on its connection; hooks run once it has committed. */
public final class Tx implements Statements {
  private final SqlConnection connection;
  private final QueryTimes times;
  private final boolean pooled;
  private final List<Consumer<@Nullable Position>> afterCommit = new ArrayList<>();
  private final List<Runnable> unlessCommitted = new ArrayList<>();
  private boolean positionWanted;

  Tx(SqlConnection connection, QueryTimes times, boolean pooled) {
    this.connection = connection;
    this.times = times;
    this.pooled = pooled;
  }

  @Override
  public Uni<RowSet<Row>> query(String sql, @Nullable Object... parameters) {
    return times.timed(
        "primary", sql, connection.preparedQuery(sql).execute(Tuple.from(parameters)));
  }

  /** Runs one prepared statement and answers how many rows it changed. */
  public Uni<Integer> update(String sql, @Nullable Object... parameters) {
    return query(sql, parameters).map(RowSet::rowCount);
  }

  /**
   * Sends statements one behind the other without waiting for answers in between, so that the locks
   * of this transaction are held for one round trip and not for each. They run in this order; the
   * first failure is everybody's.
   */
  public static Uni<Void> pipelined(List<Uni<Void>> statements) {
    return statements.isEmpty()
        ? Uni.createFrom().voidItem()
        : Uni.join().all(statements).andFailFast().replaceWithVoid();
  }

  /**
   * Says how many asks this transaction is for. When there are several no statement waits longer
   * than 200 ms for a lock from here on, for what one of them waits for would hold up the others:
   * whoever made the batch halves it until that one is alone.
   */
  public Uni<Void> sharedBy(int asks) {
    return asks == 1
        ? Uni.createFrom().voidItem()
        : query("SELECT set_config('lock_timeout', '200ms', true)").replaceWithVoid();
  }

  /**
   * Runs after COMMIT has been acknowledged, in the order in which hooks were given; never when it
   * was rolled back. Must not block or fail.
   */
  public void afterCommit(Runnable hook) {
    afterCommit.add(position -> hook.run());
  }

  /**
   * Runs when the transaction has not committed, or nobody knows whether it has. Must not block or
   * fail.
   */
  public void unlessCommitted(Runnable hook) {
    unlessCommitted.add(hook);
  }

  /**
   * The same as {@link #afterCommit} for a hook that needs the position after the COMMIT, which is
   * null when it could not be had.
   */
  public void afterCommitAt(Consumer<@Nullable Position> hook) {
    positionWanted = true;
    afterCommit.add(hook);
  }

  Uni<Void> statement(String sql) {
    return times.timed("primary", sql, connection.query(sql).execute()).replaceWithVoid();
  }

  /**
   * Ends the transaction and asks behind it, without a round trip of its own, how far the log is
   * then, if somebody wants to know. Over a pooler in another transaction, which begins as the
   * first one ends: it is the same session's, and so the same server's.
   */
  Uni<End> end(String statement) {
    if (!positionWanted && !Consistency.isPositionWanted()) {
      return statement(statement).replaceWith(new End(null));
    }
    Uni<Optional<Position>> position =
        Position.written(this)
            .map(Optional::of)
            .onFailure()
            .invoke(failure -> Log.debugf("No position after %s: %s", statement, failure))
            // The transaction has ended as it did; its caller gets no token.
            .onFailure()
            .recoverWithItem(Optional.empty());
    if (!pooled) {
      return Uni.combine()
          .all()
          .unis(statement(statement), position)
          .with((done, at) -> new End(at.orElse(null)));
    }
    Uni<Void> ended =
        statement("ROLLBACK")
            .onFailure()
            .invoke(failure -> Log.debugf("No end of what asked: %s", failure.getMessage()))
            // It has changed nothing, and the server ends it with the connection.
            .onFailure()
            .recoverWithNull();
    return Uni.combine()
        .all()
        .unis(statement(statement + " AND CHAIN"), position, ended)
        .with((done, at, over) -> new End(at.orElse(null)));
  }

  /**
   * How a transaction has ended.
   *
   * @param position null when nobody wanted it, or it could not be had
   */
  record End(@Nullable Position position) {}

  void notCommitted() {
    unlessCommitted.forEach(Runnable::run);
  }

  void committed(@Nullable Position position) {
    afterCommit.forEach(hook -> hook.accept(position));
  }
}
