package io.ordersystem.orders.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.orders.Shop;
import io.ordersystem.platform.partitions.Partitions;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The platform's partition functions, and what calls them. */
@QuarkusTest
class PartitionsTest {
  private final TestDatabase database = Shop.database();

  @Inject Partitions maintenance;

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
