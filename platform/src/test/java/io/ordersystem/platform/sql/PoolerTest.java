package io.ordersystem.platform.sql;

import static io.ordersystem.platform.sql.Pooled.result;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.platform.faults.FaultPoints;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With PostgreSQL, and PgBouncer that has two sessions for everybody. */
class PoolerTest {
  private static final int SESSIONS = 2;
  private static final int CLIENTS = 12;
  private static final int AT_ONCE = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final TestDatabase DATABASE = TestDatabase.ofService("order");
  private static final TestDatabase SUPERUSER = TestDatabase.superuserIn("orders");
  private static @Nullable Pooled pooled;
  private static @Nullable AgroalDataSource direct;
  private static @Nullable Pool pool;

  @BeforeAll
  static void start() throws Exception {
    pooled = new Pooled(SESSIONS);
    direct =
        AgroalDataSource.from(
            new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(connections ->
                    connections
                        .maxSize(AT_ONCE)
                        .connectionFactoryConfiguration(connection ->
                            connection
                                .jdbcUrl(TestDatabase.serverUrl() + "ordersystem")
                                .jdbcProperty("options", configured())
                                .principal(new NamePrincipal("orders"))
                                .credential(new SimplePassword("orders")))));
    settings(true).atStart(new StartupEvent());
    pool = pooled.pool(true, CLIENTS);
  }

  @AfterAll
  static void end() {
    if (pooled != null) {
      pooled.close();
      direct().close();
      forget();
    }
  }

  @BeforeEach
  void alone() {
    await()
        .atMost(PATIENCE)
        .until(() ->
            SUPERUSER.number(
                    "SELECT count(*) FROM pg_stat_activity WHERE usename = 'orders' AND state LIKE 'idle in%'")
                == 0);
  }

  /** Why there is a setting for poolers at all. */
  @Test
  void refusesWhoSaysWhatItsSessionsShallHave() {
    Pool saying = requireNonNull(pooled).pool(false, 1);
    try {
      assertThatThrownBy(() -> result(saying.query("SELECT 1").execute()))
          .hasMessageContaining("unsupported startup parameter");
    } finally {
      result(saying.close());
    }
  }

  @Test
  void handsOutSessionsInWhichTheSameIsSet() {
    SessionSettings.ALL.forEach(
        (name, value) -> assertThat(setting(name)).as(name).isEqualTo(value));
  }

  /** Flyway is silent in a transaction for as long as a migration takes. */
  @Test
  void leavesSessionsThatGoPastItAsTheyAre() throws SQLException {
    try (var connection = direct().getConnection();
        var statement = connection.createStatement()) {
      for (String limit : List.of("idle_in_transaction_session_timeout", "lock_timeout")) {
        try (var rows = statement.executeQuery("SHOW " + limit)) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getString(1)).as(limit).isEqualTo("0");
        }
      }
    }
  }

  @Test
  void isToldOnceForAll() throws Exception {
    String version =
        "SELECT xmin::text::bigint FROM pg_db_role_setting WHERE setrole = 'orders'::regrole AND setdatabase <> 0";
    long before = SUPERUSER.number(version);

    settings(true).atStart(new StartupEvent());
    assertThat(SUPERUSER.number(version)).isEqualTo(before);

    // As after a restore of the database alone, into another server, with processes that start at
    // once; often enough that two of them meet.
    Callable<Boolean> start =
        () -> {
          settings(true).atStart(new StartupEvent());
          return true;
        };
    try (var processes = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int round = 0; round < 20; round++) {
        forget();
        for (var started : processes.invokeAll(Collections.nCopies(AT_ONCE, start))) {
          assertThat(started.get()).isTrue();
        }
      }
    }
    assertThat(SUPERUSER.number(version)).isGreaterThan(before);
  }

  @Test
  void isNotToldWhereThereIsNone() throws Exception {
    forget();
    settings(false).atStart(new StartupEvent());
    assertThat(
            SUPERUSER.number(
                "SELECT count(*) FROM pg_db_role_setting WHERE setrole = 'orders'::regrole AND setdatabase <> 0"))
        .isZero();
    settings(true).atStart(new StartupEvent());
  }

  @Test
  void executesEachPreparedStatementInWhateverSessionItIsGiven() {
    List<Future<Long>> sums =
        IntStream.range(0, 40 * CLIENTS)
            .mapToObj(number ->
                pool()
                    .preparedQuery(
                        "SELECT $1::bigint + "
                            + number % 20
                            + " AS sum, pg_backend_pid() AS session")
                    .execute(Tuple.of((long) number))
                    .map(rows -> rows.iterator().next().getLong("sum") - number))
            .toList();
    result(Future.all(sums));
    assertThat(sums)
        .extracting(Future::result)
        .containsExactlyElementsOf(
            IntStream.range(0, 40 * CLIENTS).mapToObj(number -> (long) number % 20).toList());
  }

  /** The client would not give a name to such a long one, by itself. */
  @Test
  void executesLongStatements() {
    String comment = "x".repeat(3_000);
    List<Future<Integer>> answers =
        IntStream.range(0, 10 * CLIENTS)
            .mapToObj(number ->
                pool()
                    .preparedQuery("SELECT $1::int AS it /* " + comment + number % 3 + " */")
                    .execute(Tuple.of(number))
                    .map(rows -> pid(rows.iterator().next())))
            .toList();
    result(Future.all(answers));
    assertThat(answers)
        .extracting(Future::result)
        .containsExactlyElementsOf(IntStream.range(0, 10 * CLIENTS).boxed().toList());
  }

  /** Why statements name their columns: StatementColumnsTest sees to it. */
  @Test
  void goesOnWithStatementsThatNameTheirColumnsWhenATableGetsAnother() {
    DATABASE.execute("CREATE TABLE pooler_test (n int)");
    try {
      DATABASE.execute("INSERT INTO pooler_test VALUES (7)");
      String named = "SELECT n AS it FROM pooler_test";
      String all = "SELECT * FROM pooler_test";
      onBothSessions(named).forEach(answer -> assertThat(answer.cause()).isNull());
      onBothSessions(all).forEach(answer -> assertThat(answer.cause()).isNull());

      DATABASE.execute("ALTER TABLE pooler_test ADD COLUMN m int");

      onBothSessions(named).forEach(answer -> assertThat(answer.cause()).isNull());
      assertThat(onBothSessions(all))
          .extracting(answer -> SqlFailures.sqlState(answer.cause()))
          .contains("0A000");
    } finally {
      DATABASE.execute("DROP TABLE pooler_test");
    }
  }

  /** The position that a writer is told is of the server that has committed. */
  @Test
  void endsATransactionAndSaysWhereInOneSession() {
    var transactions =
        new Transactions(
            new io.vertx.mutiny.sqlclient.Pool(pool()),
            new FaultPoints(false),
            new QueryTimes(new SimpleMeterRegistry()),
            new SimpleMeterRegistry(),
            () -> true);
    long before = requireNonNull(pooled).assignments();
    for (int n = 0; n < 20; n++) {
      var told = new AtomicReference<@Nullable Position>();
      transactions
          .inTransaction(tx -> {
            tx.afterCommitAt(told::set);
            return tx.query("SELECT pg_current_xact_id()");
          })
          .await()
          .atMost(PATIENCE);
      assertThat(told.get()).isNotNull();
    }
    assertThat(requireNonNull(pooled).assignments() - before).isEqualTo(20);
  }

  @Test
  void keepsATransactionTogetherAndNothingOfItForTheNext() {
    Set<Integer> sessions = new HashSet<>();
    List<Future<List<Integer>>> transactions =
        IntStream.range(0, 10 * CLIENTS)
            .mapToObj(number -> pool().withConnection(PoolerTest::transaction))
            .toList();
    result(Future.all(transactions));
    for (var transaction : transactions) {
      assertThat(new HashSet<>(transaction.result())).hasSize(1);
      sessions.addAll(transaction.result());
    }
    assertThat(sessions).hasSizeLessThanOrEqualTo(SESSIONS);
    assertThat(setting("lock_timeout")).isEqualTo(SessionSettings.ALL.get("lock_timeout"));
  }

  @Test
  void losesWithASessionNoMoreThanItsTransaction() {
    SqlConnection connection = result(pool().getConnection());
    result(connection.query("BEGIN").execute());
    int session =
        pid(result(connection.query("SELECT pg_backend_pid() AS it").execute()).iterator().next());
    assertThat(terminate(session)).isTrue();

    assertThat(failure(connection.query("SELECT 1").execute()))
        .matches(SqlFailures::isUnavailable, "the database is away");
    assertThat(setting("lock_timeout")).isEqualTo(SessionSettings.ALL.get("lock_timeout"));
  }

  /** What waits in the pooler for a session ends as if the database were away. */
  @Test
  void saysToWhomItCanGiveNoSessionThatTheDatabaseIsAway() {
    List<SqlConnection> busy =
        IntStream.range(0, SESSIONS).mapToObj(number -> result(pool().getConnection())).toList();
    try {
      busy.forEach(connection -> result(connection.query("BEGIN").execute()));
      assertThat(failure(pool().query("SELECT 1").execute()))
          .matches(SqlFailures::isUnavailable, "the database is away");
    } finally {
      busy.forEach(connection -> result(connection.query("ROLLBACK").execute()));
      busy.forEach(connection -> result(connection.close()));
    }
  }

  private static List<Future<RowSet<Row>>> onBothSessions(String sql) {
    var answers =
        IntStream.range(0, 4 * CLIENTS)
            .mapToObj(number -> pool().preparedQuery(sql).execute())
            .toList();
    result(Future.join(answers).otherwiseEmpty());
    return answers;
  }

  /** BEGIN and what follows it one behind the other, as our transactions send it. */
  private static Future<List<Integer>> transaction(SqlConnection connection) {
    var begun = connection.query("BEGIN; SET LOCAL lock_timeout = '123ms'").execute();
    var first = connection.preparedQuery("SELECT pg_backend_pid() AS it").execute();
    var second = connection.preparedQuery("SELECT pg_backend_pid() AS it, 1").execute();
    var ended = connection.query("COMMIT").execute();
    return Future.all(begun, first, second, ended)
        .map(done ->
            List.of(pid(first.result().iterator().next()), pid(second.result().iterator().next())));
  }

  private static int pid(Row row) {
    return row.getInteger("it");
  }

  private static boolean terminate(int session) {
    return Boolean.TRUE.equals(
        SUPERUSER
            .rows("SELECT pg_terminate_backend(?, 5000) AS ended", session)
            .getFirst()
            .get("ended"));
  }

  private static String setting(String name) {
    return result(pool().preparedQuery("SELECT current_setting($1) AS it").execute(Tuple.of(name)))
        .iterator()
        .next()
        .getString("it");
  }

  private static void forget() {
    SUPERUSER.execute("ALTER ROLE orders IN DATABASE ordersystem RESET ALL");
  }

  private static RoleSettings settings(boolean pooled) {
    return new RoleSettings(direct(), () -> pooled);
  }

  private static Throwable failure(Future<?> future) {
    return result(
        future.transform(outcome -> Future.succeededFuture(requireNonNull(outcome.cause()))));
  }

  private static Pool pool() {
    return requireNonNull(pool);
  }

  private static AgroalDataSource direct() {
    return requireNonNull(direct);
  }

  /** The services' own options of their JDBC connections. */
  private static String configured() {
    var defaults = new Properties();
    try (var file =
        requireNonNull(
            RoleSettings.class.getResourceAsStream("/META-INF/microprofile-config.properties"))) {
      defaults.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return defaults.getProperty("quarkus.datasource.jdbc.additional-jdbc-properties.options");
  }
}
