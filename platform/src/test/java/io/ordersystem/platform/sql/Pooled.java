package io.ordersystem.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ordersystem.devstack.testing.TestPooler;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** PgBouncer in front of PostgreSQL, and what a service would reach it by. */
public final class Pooled implements AutoCloseable {
  private static final String ADVICE = "no pooler is tried: PGBOUNCER=$(.ci/pgbouncer)";
  private static final int SECONDS = 30;

  private final Vertx vertx = Vertx.vertx();
  private final TestPooler pooler;

  /**
   * Starts it, or skips the test where there is none; in CI, where nobody would notice that, the
   * test fails.
   *
   * @param sessions for each role at most
   */
  public Pooled(int sessions) {
    if (!TestPooler.isInstalled()) {
      assertThat(System.getenv("CI")).as(ADVICE).isNotEqualTo("true");
      assumeTrue(false, ADVICE);
    }
    pooler = new TestPooler(sessions);
  }

  /**
   * A pool as the services have it.
   *
   * @param known whether it is told of the pooler
   * @param clients its connections at most
   */
  public Pool pool(boolean known, int clients) {
    return new DatabasePools(() -> known).create(new Input(vertx, clients, options("ordersystem")));
  }

  /** How often it has given a session to somebody. */
  public long assignments() {
    PgConnectOptions options = options("pgbouncer").setUser("postgres").setPassword("postgres");
    options.getProperties().remove("extra_float_digits");
    var admin = result(PgConnection.connect(vertx, options));
    try {
      for (var row : result(admin.query("SHOW TOTALS").execute())) {
        if (row.getString(0).equals("total_server_assignment_count")) {
          return Long.parseLong(String.valueOf(row.getValue(1)));
        }
      }
      throw new AssertionError("it does not count");
    } finally {
      result(admin.close());
    }
  }

  @Override
  public void close() {
    pooler.close();
    result(vertx.close());
  }

  /** Waits for it, within bounds. */
  public static <T> T result(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(SECONDS, TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private PgConnectOptions options(String database) {
    return new PgConnectOptions()
        .setHost("127.0.0.1")
        .setPort(pooler.port())
        .setDatabase(database)
        .setUser("orders")
        .setPassword("orders");
  }

  /** What Quarkus hands over. */
  private record Input(Vertx vertx, int clients, PgConnectOptions options)
      implements PgPoolCreator.Input {
    @Override
    public PoolOptions poolOptions() {
      return new PoolOptions().setMaxSize(clients);
    }

    @Override
    public List<PgConnectOptions> pgConnectOptionsList() {
      return List.of(options);
    }
  }
}
