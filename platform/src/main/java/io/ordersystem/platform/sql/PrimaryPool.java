package io.ordersystem.platform.sql;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
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

  /**
   * A connection on which nothing has arrived for so long is closed: one that nobody uses, or one
   * whose server or network has gone without a word, which would otherwise hold its caller for
   * good. No statement of ours takes nearly as long.
   */
  private static final int SILENCE_SECONDS = 15;

  private static final int WAITERS = 2_000;

  /**
   * The server ends a session that is silent inside a transaction for so long: the locks of a host
   * that has vanished, that of an Idempotency-Key among them, are then free.
   */
  private static final String LEASE = "10s";

  /**
   * No statement waits longer for somebody else's lock. It is also what a repeat with an {@code
   * Idempotency-Key} waits for the first request (api: up to 5 s).
   */
  private static final String LOCK_WAIT = "5s";

  @Override
  public Pool create(Input input) {
    return PgBuilder.pool()
        .with(
            input
                .poolOptions()
                .setConnectionTimeout(ACQUIRE_SECONDS)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS)
                .setMaxWaitQueueSize(WAITERS))
        .connectingTo(input.pgConnectOptionsList().stream().map(PrimaryPool::limited).toList())
        .using(input.vertx())
        .build();
  }

  private static SqlConnectOptions limited(PgConnectOptions options) {
    options
        .setConnectTimeout(CONNECT_MILLIS)
        .setReadIdleTimeout(SILENCE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS);
    return options
        .addProperty("idle_in_transaction_session_timeout", LEASE)
        .addProperty("lock_timeout", LOCK_WAIT);
  }
}
