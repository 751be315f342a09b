package io.ordersystem.orders.platform;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.orders.Shop;
import io.ordersystem.platform.database.IndexGauges;
import io.ordersystem.platform.database.LockGauges;
import io.ordersystem.platform.database.StatementGauges;
import io.ordersystem.platform.database.TableGauges;
import io.ordersystem.platform.sql.OwnContext;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.net.URL;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the platform exports of the service's own role and schema. */
@QuarkusTest
class DatabaseGaugesTest {
  private final TestDatabase database = Shop.database();
  private final TestDatabase superuser = TestDatabase.superuserIn("public");
  private final String name = "n" + UUID.randomUUID().toString().substring(0, 8);

  @Inject StatementGauges statements;
  @Inject IndexGauges indexes;
  @Inject TableGauges tables;
  @Inject LockGauges locks;
  @Inject Vertx vertx;

  @TestHTTPResource(value = "/metrics", management = true)
  URL metrics;

  @Test
  void theSlowestStatementsOfItsOwnRoleAreKnownByTheirIds() {
    // Other tests have statements that waited for long.
    superuser.rows("SELECT pg_stat_statements_reset()");
    database.rows("SELECT pg_sleep(1) AS " + name);
    superuser.rows("SELECT pg_sleep(1.5) AS foreign_" + name);
    sample(statements::sample);

    assertThat(lines("db_statement_calls")).hasSizeBetween(1, 10);
    assertThat(lines("db_statement_seconds"))
        .anyMatch(line -> line.contains("query=\"%s\"".formatted(queryId(name))))
        .noneMatch(line -> line.contains("query=\"%s\"".formatted(queryId("foreign_" + name))));
    assertThat(lines("db_statement_mean_seconds")).noneMatch(line -> line.contains("SELECT"));
  }

  @Test
  void withoutTheStatisticsOfStatementsTheRestIsThere() {
    superuser.execute("REVOKE USAGE ON SCHEMA public FROM orders");
    try {
      sample(statements::sample);
      assertThat(lines("db_statement_calls")).isEmpty();
      sample(indexes::sample);
      assertThat(lines("db_index_bytes")).isNotEmpty();
    } finally {
      superuser.execute("GRANT USAGE ON SCHEMA public TO orders");
    }
    sample(statements::sample);
    assertThat(lines("db_statement_calls")).isNotEmpty();
    assertThat(failures("statements")).isZero();
  }

  @Test
  void partitionsCountForTheirParent() {
    database.execute("ANALYZE");
    sample(indexes::sample);
    sample(tables::sample);
    for (String figure : List.of("db_index_bytes", "db_index_scans", "db_index_bloat_bytes")) {
      assertThat(lines(figure))
          .anyMatch(
              line -> line.contains("index=\"orders_pkey\"") && line.contains("table=\"orders\""))
          // A unique index that only each partition can have.
          .anyMatch(line -> line.contains("index=\"orders_order_number_idx\""))
          .noneMatch(line -> line.matches(".*_20\\d\\d_\\d\\d.*"))
          .hasSizeLessThanOrEqualTo(100);
    }
    assertThat(lines("db_table_dead_rows"))
        .anyMatch(line -> line.contains("table=\"order_items\""))
        .noneMatch(line -> line.matches(".*_20\\d\\d_\\d\\d.*"));
  }

  @Test
  void anIndexThatIsNotUsedIsCounted() {
    database.execute("CREATE INDEX %s ON offers (name)".formatted(name));
    sample(indexes::sample);
    double unused = value("db_indexes_unused", "");
    assertThat(value("db_index_scans", name)).isZero();
    assertThat(value("db_index_bytes", name)).isPositive();

    database.execute("DROP INDEX " + name);
    sample(indexes::sample);
    // What runs beside this may use another one for the first time.
    assertThat(value("db_indexes_unused", "")).isLessThan(unused);
    assertThat(lines("db_index_bytes")).noneMatch(line -> line.contains(name));
  }

  @Test
  void whoWaitsForALockIsSeenForHowLong() throws SQLException {
    try (Connection holder = database.connect();
        Statement statement = holder.createStatement();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      holder.setAutoCommit(false);
      statement.execute("SELECT pg_advisory_xact_lock(7777)");
      var waiter = threads.submit(() -> database.rows("SELECT pg_advisory_lock(7777)"));
      await()
          .atMost(Shop.SOON)
          .untilAsserted(() -> {
            sample(locks::sample);
            assertThat(value("db_locks_waiting", "")).isEqualTo(1);
            assertThat(value("db_lock_wait_seconds", "")).isPositive();
          });
      holder.rollback();
      assertThat(waiter).succeedsWithin(Shop.SOON);
      sample(locks::sample);
      assertThat(value("db_locks_waiting", "")).isZero();
      assertThat(value("db_lock_wait_seconds", "")).isZero();
    }
  }

  @Test
  void whatSomebodyHoldsLockedIsGivenUpAndCounted() throws SQLException {
    database.execute("CREATE INDEX %s ON offers (name)".formatted(name));
    double failures = failures("indexes");
    try (Connection holder = database.connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("DROP INDEX " + name);
      sample(indexes::sample);
      assertThat(failures("indexes")).isGreaterThan(failures);
      assertThat(lines("db_index_bytes")).as("the last figures").isNotEmpty();
      holder.commit();
    }
  }

  @Test
  void aFailureThatDoesNotPassIsCountedAndSaid() {
    double failures = failures("locks");
    superuser.execute("REVOKE SELECT ON pg_catalog.pg_locks FROM public");
    try {
      assertThatThrownBy(() -> sample(locks::sample))
          .hasMessageContaining("permission denied for view pg_locks");
      assertThat(failures("locks")).isGreaterThan(failures);
    } finally {
      superuser.execute("GRANT SELECT ON pg_catalog.pg_locks TO public");
    }
  }

  private void sample(Supplier<Uni<Void>> gauges) {
    OwnContext.of(vertx, gauges).await().atMost(Shop.SOON);
  }

  private static String queryId(String text) {
    return TestDatabase.auditor()
        .rows(
            "SELECT queryid::text AS id FROM pg_stat_statements WHERE query LIKE ?", "% AS " + text)
        .getFirst()
        .get("id")
        .toString();
  }

  private double failures(String figures) {
    return value("db_figures_failed_total", figures);
  }

  private double value(String metric, String tag) {
    return lines(metric).stream()
        .filter(line -> line.contains(tag))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElse(0);
  }

  private List<String> lines(String metric) {
    return Pattern.compile("^%s[{ ].*$".formatted(metric), Pattern.MULTILINE)
        .matcher(given().get(metrics).asString())
        .results()
        .map(MatchResult::group)
        .toList();
  }
}
