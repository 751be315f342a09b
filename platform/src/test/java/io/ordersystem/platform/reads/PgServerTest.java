package io.ordersystem.platform.reads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.Position;
import io.ordersystem.platform.sql.QueryTimes;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With PostgreSQL and its replica. */
class PgServerTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final TestDatabase DATABASE = TestDatabase.ofService("order");
  private static final String ROWS = "SELECT count(*) AS n FROM pg_server_test";

  private static final Vertx VERTX = Vertx.vertx();
  private static final QueryTimes TIMES = new QueryTimes(new SimpleMeterRegistry());

  @BeforeAll
  static void makeTable() {
    DATABASE.execute("CREATE TABLE pg_server_test (n int)");
  }

  @AfterAll
  static void close() {
    DATABASE.execute("DROP TABLE pg_server_test");
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aReadingSeesOneSnapshot() throws Exception {
    var server = new PgServer(pool(port(DATABASE), 1), true, false, TIMES);
    var read =
        read(
            server,
            database ->
                count(database)
                    .invoke(n -> DATABASE.execute("INSERT INTO pg_server_test VALUES (1)"))
                    .chain(before -> count(database).map(after -> List.of(before, after))));
    assertThat(read.value().getFirst()).isEqualTo(read.value().getLast());
    assertThat(read(server, PgServerTest::count).value()).isEqualTo(read.value().getLast() + 1);
  }

  @Test
  void thePrimarySaysOneByteLessThanItHasFlushed() throws Exception {
    var server = new PgServer(pool(port(DATABASE), 1), true, false, TIMES);
    long before = flushed();
    var read = read(server, PgServerTest::count);
    long after = flushed();
    assertThat(read.source()).isEqualTo("primary");
    assertThat(Objects.requireNonNull(read.position()).lsn() + 1).isBetween(before, after);
    assertThat(server.read(false, PgServerTest::count).await().atMost(SOON).position()).isNull();
  }

  @Test
  void aReplicaThatCoversACommitShowsIt() throws Exception {
    var primary = new PgServer(pool(port(DATABASE), 1), true, false, TIMES);
    var replica = new PgServer(pool(port(DATABASE.onReplica()), 1), false, false, TIMES);
    DATABASE.execute("INSERT INTO pg_server_test VALUES (1)");
    var written = read(primary, PgServerTest::count);
    Position there = Objects.requireNonNull(written.position());
    await().atMost(SOON).until(() -> replica.position().await().atMost(SOON).covers(there));
    var read = read(replica, PgServerTest::count);
    assertThat(read.source()).isEqualTo("replica");
    assertThat(read.position()).matches(at -> at != null && at.covers(there));
    assertThat(read.value()).isEqualTo(written.value());
  }

  /** What a demoted server is, to which the primary's address still leads. */
  @Test
  void aStandbyThatIsTakenForThePrimaryDoesNotAnswerWhoeverAsksForThePrimary() throws Exception {
    var demoted = new PgServer(pool(port(DATABASE.onReplica()), 1), true, false, TIMES);
    assertThat(failure(() -> read(demoted, PgServerTest::count)))
        .matches(failure -> SqlFailures.sqlState(failure).equals("55000"))
        .matches(SqlFailures::isUnavailable);
    assertThat(failure(() -> read(demoted, database -> database.query("SELECT nothing"))))
        .as("its own failure comes first")
        .matches(failure -> SqlFailures.sqlState(failure).equals("55000"));
    var reads = new Reads(only(demoted), new SimpleMeterRegistry());
    assertThat(
            failure(() ->
                reads
                    .readPrimary(database ->
                        Uni.createFrom()
                            .<Long>failure(new DomainException(ProblemType.NOT_FOUND, "none")))
                    .await()
                    .atMost(SOON)))
        .matches(SqlFailures::isUnavailable);
  }

  @Test
  void aReadingThatFailsLeavesItsConnectionToTheNext() throws Exception {
    var server = new PgServer(pool(port(DATABASE), 1), true, false, TIMES);
    for (int n = 0; n < 3; n++) {
      assertThat(failure(() -> read(server, database -> database.query("SELECT nothing"))))
          .matches(failure -> SqlFailures.sqlState(failure).equals("42703"));
      assertThat(
              failure(() ->
                  read(
                      server,
                      database -> {
                        throw new DomainException(ProblemType.FORBIDDEN, "no");
                      })))
          .isInstanceOf(DomainException.class);
      assertThat(read(server, PgServerTest::count).value()).isNotNegative();
    }
  }

  @Test
  void whatIsRefusedBrokenAndTooSlowIsToldApart() throws Exception {
    assertKind(
        failure(
            () -> read(new PgServer(pool(nobody(), 1), false, false, TIMES), PgServerTest::count)),
        true,
        false,
        false);
    var one = new PgServer(pool(port(DATABASE), 1), true, false, TIMES);
    assertKind(
        failure(() ->
            read(
                one,
                database ->
                    database
                        .query("SELECT pg_terminate_backend(pg_backend_pid())")
                        .chain(ended -> database.query("SELECT pg_sleep(1)")))),
        false,
        true,
        false);
    // Of a pool of its own: that one may still have to find out that its connection is gone.
    var busy = new PgServer(pool(port(DATABASE), 1, 500), true, false, TIMES);
    Cancellable _ =
        busy.read(true, database -> database.query("SELECT pg_sleep(2)"))
            .subscribe()
            .with(done -> {}, failed -> {});
    assertKind(failure(() -> read(busy, PgServerTest::count)), false, false, true);
  }

  private static void assertKind(
      @Nullable Throwable failure, boolean refused, boolean broken, boolean timeout) {
    assertThat(failure).isNotNull().matches(SqlFailures::isUnavailable);
    Throwable known = Objects.requireNonNull(failure);
    assertThat(SqlFailures.isRefused(known)).as("refused: %s", known).isEqualTo(refused);
    assertThat(SqlFailures.isBroken(known)).as("broken: %s", known).isEqualTo(broken);
    assertThat(SqlFailures.isTimeout(known)).as("timeout: %s", known).isEqualTo(timeout);
  }

  private static <T> Located<T> read(PgServer server, Function<Statements, Uni<T>> reading) {
    return server.read(true, reading).await().atMost(SOON);
  }

  private static Uni<Long> count(Statements database) {
    return database.query(ROWS).map(rows -> rows.iterator().next().getLong("n"));
  }

  /** As it was thrown, without what waiting for it wraps around a checked one. */
  static @Nullable Throwable failure(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    return thrown instanceof CompletionException wrapped ? wrapped.getCause() : thrown;
  }

  static Servers only(Server primary) {
    return new Servers() {
      @Override
      public Server primary() {
        return primary;
      }

      @Override
      public boolean hasStandbys() {
        return false;
      }

      @Override
      public List<? extends Standby> standbys() {
        return List.of();
      }
    };
  }

  private static Pool pool(int port, int size) {
    return pool(port, size, 5_000);
  }

  /** A pool, and how long it may take to give a connection. */
  private static Pool pool(int port, int size, int millis) {
    return Pool.newInstance(
        PgBuilder.pool()
            .with(
                new PoolOptions()
                    .setMaxSize(size)
                    .setConnectionTimeout(millis)
                    .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
            .connectingTo(
                new PgConnectOptions()
                    .setHost("127.0.0.1")
                    .setPort(port)
                    .setDatabase("ordersystem")
                    .setUser("orders")
                    .setPassword("orders")
                    .setCachePreparedStatements(true))
            .using(VERTX)
            .build());
  }

  private static int port(TestDatabase database) throws SQLException {
    try (var connection = database.connect()) {
      return URI.create(connection.getMetaData().getURL().substring("jdbc:".length())).getPort();
    }
  }

  /** A port on which nobody listens. */
  private static int nobody() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static long flushed() {
    return DATABASE.number("SELECT pg_current_wal_flush_lsn() - '0/0'");
  }
}
