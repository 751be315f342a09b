package io.ordersystem.devstack.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.ReadOnlyLogin;
import io.ordersystem.devstack.testing.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The command against the database of the stack, as the role that may read it. */
class DatabaseCommandTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final TestDatabase orders = TestDatabase.ofService("order");
  private final TestDatabase superuser = TestDatabase.superuserIn("public");
  private final String name = "n" + UUID.randomUUID().toString().substring(0, 8);

  private record Printed(int status, String text) {}

  @Test
  void showsTheSlowestStatementsOfTheServicesOnOneLineEach() {
    orders.rows("SELECT pg_sleep(0.2),\n  ? AS mine_" + name, 1);
    superuser.rows("SELECT pg_sleep(0.4) AS foreign_" + name);

    assertThat(run("slow", "--limit", "1000").text())
        .containsPattern(
            " +0\\.2\\d +1 .* 1\\.0 .* orders +-?\\d+ +SELECT pg_sleep\\(\\$\\d\\), \\$\\d AS mine_"
                + name)
        .contains("counted since")
        .doesNotContain("foreign_" + name);
    assertThat(run("slow", "--limit", "1000", "--all").text()).contains("foreign_" + name);
    assertThat(run("slow", "--limit", "3").text().lines()).hasSize(5);
    assertThat(run("slow", "--limit", "0").status()).isEqualTo(2);
  }

  @Test
  void saysWhenTheStatisticsOfStatementsCannotBeRead() {
    superuser.execute("REVOKE USAGE ON SCHEMA public FROM auditor");
    try {
      var printed = run("slow");
      assertThat(printed.status()).isEqualTo(2);
      assertThat(printed.text()).contains("pg_stat_statements is not there");
      assertThat(run("indexes").status()).isZero();
    } finally {
      superuser.execute("GRANT USAGE ON SCHEMA public TO auditor");
    }
  }

  @Test
  void countsPartitionsAsOneAndNamesWhatIsNotUsed() {
    orders.execute("CREATE TABLE %1$s (id int, n int) PARTITION BY RANGE (id)".formatted(name));
    for (int month = 1; month <= 3; month++) {
      orders.execute(
          "CREATE TABLE %1$s_2026_0%2$d PARTITION OF %1$s FOR VALUES FROM (%2$d) TO (%2$d + 1)"
              .formatted(name, month));
      orders.execute("CREATE UNIQUE INDEX ON %1$s_2026_0%2$d (n)".formatted(name, month));
    }
    orders.execute("CREATE INDEX idx_%1$s ON %1$s (n)".formatted(name));
    try {
      assertThat(run("indexes").text())
          .containsPattern("orders\\.%1$s +idx_%1$s +3 +0 +0\\.02 +- +unused\n".formatted(name))
          .containsPattern("orders\\.%1$s +%1$s_n_idx +3 +0 +0\\.02 +-\n".formatted(name))
          .containsPattern("\\d+ of \\d+ indexes are unused on this server since ")
          .doesNotContain(name + "_2026");
    } finally {
      orders.execute("DROP TABLE " + name);
    }
  }

  @Test
  void estimatesWhatARebuildWouldFree() {
    orders.execute("CREATE TABLE %s (id uuid, word text)".formatted(name));
    orders.execute(
        "INSERT INTO %s SELECT uuidv7(), md5(n::text) FROM generate_series(1, 60000) n"
            .formatted(name));
    orders.execute("CREATE INDEX idx_%1$s ON %1$s (id, word)".formatted(name));
    try {
      assertThat(bloat()).as("before it is analysed").isEqualTo("-");
      orders.execute("ANALYZE " + name);
      double size = size();
      assertThat(Double.parseDouble(bloat())).as("just built").isBetween(0.0, size / 10);

      orders.execute("DELETE FROM %s WHERE word > '2'".formatted(name));
      orders.execute("ANALYZE " + name);
      assertThat(size()).isEqualTo(size);
      double estimate = Double.parseDouble(bloat());

      // What the estimate says is what a rebuild frees, as soon as nobody sees the old rows.
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            orders.execute("REINDEX TABLE " + name);
            assertThat(size - size()).isBetween(estimate * 0.9, estimate * 1.1);
          });
    } finally {
      orders.execute("DROP TABLE " + name);
    }
  }

  @Test
  void showsWhoWaitsForWhomWithoutWhatTheirStatementsSay() throws SQLException {
    orders.execute("CREATE TABLE %s (id int, word text)".formatted(name));
    orders.execute("INSERT INTO %s VALUES (1, '')".formatted(name));
    var update = "UPDATE %s SET word = '4242 4242 4242 4242' WHERE id = 1".formatted(name);
    try (var holder = orders.connect();
        var statement = holder.createStatement();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      holder.setAutoCommit(false);
      statement.execute(update);
      var waiter = threads.submit(() -> orders.execute(update));
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(run("locks").text())
                  .containsPattern(
                      "\\d+ \\(orders\\) has waited \\d+\\.\\d s for ShareLock on transactionid of orders\\.%1$s: UPDATE %1$s SET word = \\? WHERE id = \\?\n  behind \\d+ \\(orders, idle in transaction, transaction open for \\d+\\.\\d s\\): UPDATE %1$s SET"
                          .formatted(name))
                  .contains("1 sessions wait for a lock")
                  .containsPattern(
                      "\n +\\d+\\.\\d +\\d+ +orders +idle in transaction +[1-9]\\d*\\.\\d "));
      assertThat(run("locks")).matches(it -> it.status() == 0 && !it.text().contains("4242"));
      assertThat(run("locks", "--patience", "0").status()).isEqualTo(1);
      holder.rollback();
      assertThat(waiter).succeedsWithin(SOON).isEqualTo(1);
      assertThat(run("locks", "--patience", "0").text()).contains("0 sessions wait for a lock");
    } finally {
      orders.execute("DROP TABLE " + name);
    }
  }

  @Test
  void asksTheDatabaseThatItIsPointedAt() {
    assertThat(run("indexes", "--jdbc-url", TestDatabase.serverUrl() + "postgres").text())
        .contains("0 of 0 indexes");
    assertThat(run("indexes", "--user", "nobody").text())
        .contains("db: the database cannot be asked", "nobody");
  }

  private String bloat() {
    return figure(5);
  }

  private double size() {
    return Double.parseDouble(figure(4));
  }

  private String figure(int column) {
    return run("indexes")
        .text()
        .lines()
        .filter(line -> line.startsWith("orders." + name + " "))
        .map(line -> line.split(" +")[column])
        .findFirst()
        .orElseThrow();
  }

  private static Printed run(String... arguments) {
    var text = new StringWriter();
    var writer = new PrintWriter(text, true);
    int status =
        new CommandLine(
                new DatabaseCommand(() ->
                    new ReadOnlyLogin(
                        TestDatabase.serverUrl() + Database.NAME, "auditor", "auditor")))
            .setOut(writer)
            .setErr(writer)
            .execute(arguments);
    return new Printed(status, text.toString());
  }
}
