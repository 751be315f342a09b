package io.ordersystem.platform.sql;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One open transaction. Statements run on its connection; hooks run once it has committed. */
public final class Tx {
  private final SqlConnection connection;
  private final List<Runnable> afterCommit = new ArrayList<>();

  Tx(SqlConnection connection) {
    this.connection = connection;
  }

  /** Runs one prepared statement; parameters are {@code $1}, {@code $2} ... */
  public Uni<RowSet<Row>> query(String sql, @Nullable Object... parameters) {
    return connection.preparedQuery(sql).execute(Tuple.from(parameters));
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
   * Runs after COMMIT has been acknowledged; never when it was rolled back. Must not block or fail.
   */
  public void afterCommit(Runnable hook) {
    afterCommit.add(hook);
  }

  Uni<Void> statement(String sql) {
    return connection.query(sql).execute().replaceWithVoid();
  }

  void committed() {
    afterCommit.forEach(Runnable::run);
  }
}
