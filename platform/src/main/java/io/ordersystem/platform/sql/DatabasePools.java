package io.ordersystem.platform.sql;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pools to the primary and to its replicas, with the limits that Quarkus has no keys for: a
 * caller waits a bounded time in a bounded queue for a connection, then is told that the database
 * is away.
 */
@Singleton
public class DatabasePools implements PgPoolCreator {
  /** Longer than any healthy wait; shorter than a gateway's patience. */
  private static final int ACQUIRE_SECONDS = 4;

  private static final int CONNECT_MILLIS = 2_000;

  /**
   * A connection on which nothing has arrived for so long is closed: its server or network has gone
   * without a word, and would otherwise hold its caller for good. No statement of ours takes as
   * long as what is left of it after {@link #UNUSED_SECONDS}.
   */
  static final int SILENCE_SECONDS = 15;

  /**
   * The pool lets go of a connection that nobody has used for so long. Well before its silence ends
   * it: otherwise it would now and then be closed under the hands of whoever has just been given
   * it.
   */
  static final int UNUSED_SECONDS = 10;

  private static final int WAITERS = 2_000;

  /** A replica that lets nobody in is not waited for: the primary answers instead. */
  private static final int REPLICA_ACQUIRE_MILLIS = 500;

  private static final Pattern ADDRESS =
      Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+]):(\\d{1,5})");

  private final DatabaseConfig config;
  private @Nullable PgConnectOptions primary;
  private @Nullable Vertx vertx;

  DatabasePools(DatabaseConfig config) {
    this.config = config;
  }

  @Override
  public Pool create(Input input) {
    vertx = input.vertx();
    primary = input.pgConnectOptionsList().getFirst();
    return PgBuilder.pool()
        .with(
            limited(input.poolOptions())
                .setConnectionTimeout(ACQUIRE_SECONDS)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS))
        .connectingTo(
            input.pgConnectOptionsList().stream()
                .map(options -> config.pooler() ? pooled(limited(options)) : set(limited(options)))
                .toList())
        .using(input.vertx())
        .build();
  }

  /**
   * A pool to a replica: the same database, role and security as the primary's, at another address.
   *
   * @param address {@code host:port}
   * @param size connections at most
   * @throws IllegalArgumentException for another text
   */
  public Pool replica(String address, int size) {
    Matcher parts = ADDRESS.matcher(address);
    if (!parts.matches()) {
      throw new IllegalArgumentException("a replica is host:port, not " + address);
    }
    if (primary == null) {
      throw new IllegalStateException("the primary's pool is made first");
    }
    String host = parts.group(1).replaceAll("[\\[\\]]", "");
    return PgBuilder.pool()
        .with(
            limited(new PoolOptions())
                .setMaxSize(size)
                .setConnectionTimeout(REPLICA_ACQUIRE_MILLIS)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
        .connectingTo(
            set(
                limited(
                    new PgConnectOptions(primary)
                        .setHost(host)
                        .setPort(Integer.parseInt(parts.group(2))))))
        .using(vertx)
        .build();
  }

  private static PoolOptions limited(PoolOptions options) {
    return options
        .setIdleTimeout(UNUSED_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setMaxWaitQueueSize(WAITERS);
  }

  private static SqlConnectOptions limited(PgConnectOptions options) {
    options
        .setConnectTimeout(CONNECT_MILLIS)
        .setReadIdleTimeout(SILENCE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS);
    return options;
  }

  /**
   * Each statement has a name, however long it is: without one, what is sent to prepare it and what
   * is sent to execute it may reach two sessions.
   */
  private static SqlConnectOptions pooled(SqlConnectOptions options) {
    // The driver's own, which a pooler refuses unless told otherwise, and which changes nothing
    // since PostgreSQL 12.
    options.getProperties().remove("extra_float_digits");
    return options
        .setCachePreparedStatements(true)
        .setPreparedStatementCacheSqlFilter(statement -> true);
  }

  /** A pooler would refuse them: there the role has them ({@link RoleSettings}). */
  private static SqlConnectOptions set(SqlConnectOptions options) {
    SessionSettings.ALL.forEach(options::addProperty);
    return options;
  }
}
