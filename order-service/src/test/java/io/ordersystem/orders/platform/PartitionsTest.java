package io.ordersystem.orders.platform;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.orders.Shop;
import io.ordersystem.platform.partitions.Partitions;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URL;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The platform's partition functions, and what calls them. */
@QuarkusTest
class PartitionsTest {
  private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("yyyy_MM");

  private final TestDatabase database = Shop.database();

  @Inject Partitions maintenance;

  @TestHTTPResource(value = "/metrics", management = true)
  URL metrics;

  @Test
  void dropsWholeDaysOfTheOutboxAndWholeMonthsOfTheInbox() throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT create_partitions(now() + interval '200 days')");
      statement.execute(
          "UPDATE outbox_cursor SET position = (SELECT last_value FROM outbox_position)");
      var before = partitions(statement, "outbox");
      statement.execute("SELECT drop_partitions(now() + interval '200 days')");
      var after = partitions(statement, "outbox");
      // Seven days are kept, and create_partitions makes yesterday, today and three days ahead.
      assertThat(before).hasSizeGreaterThan(after.size());
      assertThat(after).hasSize(5);
      assertThat(partitions(statement, "inbox")).contains("inbox_default");
      // What is kept for good is still there.
      assertThat(partitions(statement, "orders")).hasSizeGreaterThan(5);
      connection.rollback();
    }
  }

  @Test
  void keepsADayThatHoldsAnUnpublishedEvent() throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          """
          INSERT INTO outbox (id, topic, key, type, dataschema, subject, aggregate_version, time, data)
          VALUES (uuid7_floor(now()), 'nowhere', 'k', 't', 's', 'k', 1, now(), '{}')
          """);
      var before = partitions(statement, "outbox");
      statement.execute("SELECT drop_partitions(now() + interval '200 days')");
      assertThat(partitions(statement, "outbox")).hasSize(1).isSubsetOf(before);
      statement.execute(
          "UPDATE outbox_cursor SET position = (SELECT last_value FROM outbox_position)");
      statement.execute("SELECT drop_partitions(now() + interval '200 days')");
      assertThat(partitions(statement, "outbox")).isEmpty();
      connection.rollback();
    }
  }

  @Test
  void givesWayToALongReaderAndGoesOnOnceItHasEnded() throws SQLException {
    database.execute(
        """
        CREATE TABLE outbox_2020_01_01 PARTITION OF outbox
        FOR VALUES FROM (uuid7_floor('2020-01-01Z')) TO (uuid7_floor('2020-01-02Z'))
        """);
    try (Connection connection = database.connect();
        Statement reader = connection.createStatement()) {
      connection.setAutoCommit(false);
      reader.execute("SELECT count(*) FROM outbox");
      maintenance.maintain();
      assertThat(partitions(reader, "outbox")).contains("outbox_2020_01_01");
      connection.rollback();
      maintenance.maintain();
      assertThat(partitions(reader, "outbox")).doesNotContain("outbox_2020_01_01").isNotEmpty();
    }
  }

  @Test
  void tellsHowManyMonthsAheadHaveTheirPartition() throws SQLException {
    maintenance.maintain();
    assertThat(ahead("inbox")).isEqualTo("2.0");
    assertThat(ahead("orders")).isEqualTo("3.0");
    assertThat(ahead("outbox")).isEqualTo("3.0");

    database.execute("ALTER TABLE inbox DETACH PARTITION " + inbox(1));
    try {
      // What is there by name alone is not made again: somebody has to look.
      maintenance.maintain();
      assertThat(ahead("inbox")).isEqualTo("0.0");
      database.execute("DROP TABLE " + inbox(1));
    } finally {
      maintenance.maintain();
    }
    assertThat(ahead("inbox")).isEqualTo("2.0");
  }

  @Test
  void tellsThatAPartitionIsMissingAlsoWhenNoneCanBeMade() throws SQLException {
    database.execute("DROP TABLE " + inbox(2));
    database.execute("ALTER FUNCTION create_partitions RENAME TO create_no_partitions");
    try {
      assertThatThrownBy(maintenance::maintain).hasMessageContaining("create_partitions");
      assertThat(ahead("inbox")).isEqualTo("1.0");
    } finally {
      database.execute("ALTER FUNCTION create_no_partitions RENAME TO create_partitions");
      maintenance.maintain();
    }
    assertThat(ahead("inbox")).isEqualTo("2.0");
  }

  /** The partition of so many months ahead. */
  private static String inbox(int months) {
    return "inbox_" + MONTH.format(OffsetDateTime.now(ZoneOffset.UTC).plusMonths(months));
  }

  private String ahead(String table) {
    return given()
        .get(metrics)
        .asString()
        .lines()
        .filter(line -> line.startsWith("db_partitions_ahead{"))
        .filter(line -> line.contains("table=\"" + table + "\""))
        .map(line -> line.substring(line.indexOf(' ') + 1))
        .findFirst()
        .orElse("nothing");
  }

  private static List<String> partitions(Statement statement, String table) throws SQLException {
    var names = new TreeSet<String>();
    try (var rows =
        statement.executeQuery(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '"
                + table
                + "'::regclass")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return List.copyOf(names);
  }
}
