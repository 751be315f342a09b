package io.ordersystem.platform.reads;

import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Position;
import io.ordersystem.platform.sql.QueryTimes;
import io.ordersystem.platform.sql.Statements;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.CompositeException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Optional;
import java.util.function.Function;

/**
 * A PostgreSQL server behind a pool. A reading sees one snapshot, however many statements it has.
 * The position is asked on the reading's own connection and in the same round trip as its first
 * statement: an address may lead to several servers, and to another one after a failover.
 */
final class PgServer implements Server {
  private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

  private static final String KEYED = "; SET LOCAL plan_cache_mode = force_generic_plan";

  /**
   * Ends the transaction that has asked for the position, and begins the reading's with a snapshot
   * of its own: a pooler has no chance to change the session, and with it the server, in between.
   */
  private static final String GO_ON = "COMMIT AND CHAIN";

  private final Pool pool;
  private final boolean primary;
  private final boolean pooled;
  private final QueryTimes times;

  /**
   * A server.
   *
   * @param primary whether it is asked how far it has written, not replayed
   * @param pooled whether a pooler of transactions lies in between
   */
  PgServer(Pool pool, boolean primary, boolean pooled, QueryTimes times) {
    this.pool = pool;
    this.primary = primary;
    this.pooled = pooled;
    this.times = times;
  }

  @Override
  public <T> Uni<Located<T>> read(boolean located, Function<Statements, Uni<T>> reading) {
    return OwnContext.toTheEnd(
        pool.getConnection().chain(connection -> read(connection, located, reading)));
  }

  /** How far it is; asked to the end, whoever has stopped waiting for it. */
  Uni<Position> position() {
    return OwnContext.toTheEnd(pool.withConnection(this::position));
  }

  private <T> Uni<Located<T>> read(
      SqlConnection connection, boolean located, Function<Statements, Uni<T>> reading) {
    Statements statements =
        (sql, parameters) ->
            times.timed(name(), sql, connection.preparedQuery(sql).execute(Tuple.from(parameters)));
    boolean tied = located && pooled;
    // Before the snapshot is taken, which then has everything up to there.
    Uni<Optional<Position>> position =
        located ? position(connection).map(Optional::of) : Uni.createFrom().item(Optional.empty());
    return Uni.combine()
        .all()
        .unis(
            tied ? connection.query(BEGIN).execute() : Uni.createFrom().nullItem(),
            position,
            connection
                .query((tied ? GO_ON : BEGIN) + (reading instanceof KeyedReading ? KEYED : ""))
                .execute(),
            Uni.createFrom().deferred(() -> reading.apply(statements)))
        .collectFailures()
        .with((begun, at, gone, value) -> new Located<>(value, at.orElse(null), name()))
        .onFailure(CompositeException.class)
        .transform(failures -> ((CompositeException) failures).getCauses().getFirst())
        .onTermination()
        .invoke(() -> end(connection));
  }

  private String name() {
    return primary ? "primary" : "replica";
  }

  private Uni<Position> position(SqlConnection connection) {
    return primary ? Position.beforeReadingThePrimary(connection) : Position.replayed(connection);
  }

  /** Nobody waits for the end of a transaction that has changed nothing. */
  private static void end(SqlConnection connection) {
    Cancellable _ =
        connection
            .query("COMMIT")
            .execute()
            .eventually(connection::close)
            .subscribe()
            .with(
                ended -> {},
                failure -> Log.debugf("A reading's connection is gone: %s", failure.getMessage()));
  }
}
