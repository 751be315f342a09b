package io.ordersystem.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersystem.devstack.testing.TestDatabase;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** With PostgreSQL. */
class DatabasePoolsTest {
  /** The pool looks every second. */
  private static final Duration UNUSED =
      Duration.ofSeconds(DatabasePools.UNUSED_SECONDS).plusSeconds(2);

  private static final TestDatabase DATABASE = TestDatabase.ofService("order");
  private static final Vertx VERTX = Vertx.vertx();

  @AfterAll
  static void close() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Its silence would close it a moment later, whoever has been given it by then. */
  @Test
  void aConnectionThatNobodyUsesIsNotKeptUntilItsSilenceEndsIt() throws Exception {
    assertThat(UNUSED).isLessThan(Duration.ofSeconds(DatabasePools.SILENCE_SECONDS));
    var pools = new DatabasePools(() -> false);
    Pool primary = pools.create(new Input());
    Pool replica = pools.replica("127.0.0.1:" + port(), 1);
    for (Pool pool : List.of(primary, replica)) {
      pool.query("SELECT 1").execute().toCompletionStage().toCompletableFuture().get();
      assertThat(pool.size()).isEqualTo(1);
    }
    await()
        .atMost(UNUSED)
        .untilAsserted(
            () -> assertThat(List.of(primary, replica)).extracting(Pool::size).containsOnly(0));
  }

  /** What Quarkus hands over. */
  private record Input() implements PgPoolCreator.Input {
    @Override
    public Vertx vertx() {
      return VERTX;
    }

    @Override
    public PoolOptions poolOptions() {
      return new PoolOptions().setMaxSize(1);
    }

    @Override
    public List<PgConnectOptions> pgConnectOptionsList() {
      try {
        return List.of(
            new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port())
                .setDatabase("ordersystem")
                .setUser("orders")
                .setPassword("orders"));
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static int port() throws SQLException {
    try (var connection = DATABASE.connect()) {
      return URI.create(connection.getMetaData().getURL().substring("jdbc:".length())).getPort();
    }
  }
}
