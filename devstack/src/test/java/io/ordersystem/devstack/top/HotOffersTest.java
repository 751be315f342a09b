package io.ordersystem.devstack.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.postgres.ReadOnlyLogin;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.top.Observation.Offer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In a database of its own, with the columns of inventory-service that are asked for. */
class HotOffersTest {
  private final String database = "top_" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeEach
  void create() throws SQLException {
    execute("postgres", "CREATE DATABASE " + database);
    execute(
        database,
        """
        CREATE SCHEMA inventory;
        GRANT USAGE ON SCHEMA inventory TO auditor;
        CREATE TABLE inventory.inventory (variant_id text, seller_id text, on_hand int, reserved int);
        GRANT SELECT ON inventory.inventory TO auditor;
        INSERT INTO inventory.inventory SELECT 'v' || n, 's', 100, n FROM generate_series(0, 12) n;
        INSERT INTO inventory.inventory VALUES ('v12', 'r', 50, 12);
        """);
  }

  @AfterEach
  void drop() throws SQLException {
    execute("postgres", "DROP DATABASE %s WITH (FORCE)".formatted(database));
  }

  @Test
  void listsTheTenOfWhichMostIsReserved() {
    var stock = offers(database).read();
    assertThat(stock.failure()).isNull();
    assertThat(stock.offers())
        .hasSize(10)
        .startsWith(
            new Offer("v12", "r", 12, 50),
            new Offer("v12", "s", 12, 100),
            new Offer("v11", "s", 11, 100))
        .endsWith(new Offer("v4", "s", 4, 100));
  }

  @Test
  void listsNothingWhereNothingIsReserved() throws SQLException {
    execute(database, "UPDATE inventory.inventory SET reserved = 0");
    assertThat(offers(database).read().offers()).isEmpty();
  }

  @Test
  void saysWhyTheDatabaseDoesNotTell() {
    assertThat(offers("nowhere_" + database).read().failure())
        .startsWith("the database cannot be asked: ")
        .contains("nowhere_" + database);
  }

  private static HotOffers offers(String database) {
    return new HotOffers(
        () -> new ReadOnlyLogin(TestDatabase.serverUrl() + database, "auditor", "auditor"));
  }

  private static void execute(String database, String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                TestDatabase.serverUrl() + database, "postgres", "postgres");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
