package io.ordersystem.platform.sql;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/**
 * The pool to the primary with the limits that Quarkus has no keys for: a caller waits a bounded
 * time in a bounded queue for a connection, then is told that the database is away.
 */
@Singleton
class PrimaryPool implements PgPoolCreator {
  /** Longer than any healthy wait; shorter than a gateway's patience. */
  private static final int ACQUIRE_SECONDS = 4;

  private static final int CONNECT_MILLIS = 2_000;
  private static final int WAITERS = 2_000;

  @Override
  public Pool create(Input input) {
    return PgBuilder.pool()
        .with(
            input
                .poolOptions()
                .setConnectionTimeout(ACQUIRE_SECONDS)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS)
                .setMaxWaitQueueSize(WAITERS))
        .connectingTo(
            input.pgConnectOptionsList().stream()
                .map(options -> (SqlConnectOptions) options.setConnectTimeout(CONNECT_MILLIS))
                .toList())
        .using(input.vertx())
        .build();
  }
}
