package io.ordersystem.devstack.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Every invariant holds in a healthy system, and each is seen to fail on a fault planted in one,
 * against the services' own tables.
 */
class PlantedFaultsTest {
  private static final Path SCRIPTS = Path.of("src/test/resources/check");
  private static AuditedDatabase template;
  private static HttpServer provider;
  private AuditedDatabase database;

  /** One thing broken, the invariants that must notice, and the ids they must list. */
  record Fault(String sql, String invariant, String id) {
    @Override
    public String toString() {
      return invariant + " " + id + ": " + sql;
    }
  }

  @BeforeAll
  static void fill() throws SQLException, IOException {
    var server = System.getenv("ORDER_SYSTEM_TEST_POSTGRES");
    assumeTrue(
        server != null, "no ORDER_SYSTEM_TEST_POSTGRES such as jdbc:postgresql://host:port/");
    template = AuditedDatabase.template(server, SCRIPTS.resolve("healthy-system.sql"));
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.createContext(
        "/sandbox/ledger",
        exchange -> {
          try (exchange) {
            var body = Files.readAllBytes(SCRIPTS.resolve("healthy-ledger.json"));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    provider.start();
  }

  @AfterAll
  static void dropTemplate() throws SQLException {
    if (template != null) {
      template.drop();
      provider.stop(0);
    }
  }

  @BeforeEach
  void copy() throws SQLException {
    database = template.copy();
  }

  @AfterEach
  void drop() throws SQLException {
    database.drop();
  }

  @Test
  void allHoldInAHealthySystem() throws CannotCheck {
    assertThat(check(Duration.ofSeconds(30)))
        .allSatisfy(finding -> assertThat(finding.listed()).as(finding.title()).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void eachIsSeenToFailOnAPlantedFault(Fault fault) throws SQLException, CannotCheck {
    database.execute(fault.sql());

    var violated =
        check(Duration.ofSeconds(30)).stream().filter(finding -> !finding.holds()).toList();

    assertThat(violated).extracting(Finding::id).containsExactly(fault.invariant());
    assertThat(violated.getFirst().listed()).hasSize(1);
    assertThat(violated.getFirst().listed().getFirst().id()).endsWith(fault.id());
  }

  static List<Fault> faults() {
    return List.of(
        fault("I1", "v1|s1", "UPDATE inventory.inventory SET on_hand = 11 WHERE variant_id = 'v1'"),
        fault("I1", "v2|s2", "DELETE FROM inventory.stock_movements WHERE variant_id = 'v2'"),
        fault(
            "I1",
            "v9|s9",
            "INSERT INTO inventory.stock_movements (id, variant_id, seller_id, type, quantity, actor,"
                + " created_at) VALUES (id('9'), 'v9', 's9', 'RECEIPT', 1, 'test', now())"),
        fault("I2", "v1|s1", "UPDATE inventory.inventory SET reserved = 6 WHERE variant_id = 'v1'"),
        fault(
            "I2",
            "v2|s2",
            "INSERT INTO inventory.inventory_reservations (reservation_key, group_key, variant_id, "
                + "seller_id, quantity, status, created_at) VALUES ('rest', id('a')::text, 'v2', 's2', 1, "
                + "'ACTIVE', now())"),
        fault(
            "I2",
            "v2|s2",
            "ALTER TABLE inventory.inventory DROP CONSTRAINT inventory_reserved_within_on_hand; "
                + "UPDATE inventory.inventory SET reserved = 5 WHERE variant_id = 'v2'; UPDATE "
                + "inventory.inventory_reservations SET quantity = 5, committed_quantity = 0 WHERE "
                + "reservation_key = 'hold-b2'; UPDATE orders.order_items SET cancelled_quantity = 0, "
                + "quantity = 5, unit_price = 50 WHERE reservation_key = 'hold-b2'"),
        fault(
            "I3",
            "a",
            "UPDATE orders.orders SET items_amount = 201, total_amount = 231 WHERE id = id('a')"),
        fault(
            "I3",
            "a",
            "UPDATE orders.orders SET shipping_amount = 49, discount_amount = 19 WHERE id = id('a')"),
        fault(
            "I3",
            "b",
            "UPDATE orders.orders SET items_amount = 549, total_amount = 579 WHERE id = id('b')"),
        fault("I3", "c", "DELETE FROM orders.order_items WHERE order_id = id('c')"),
        fault(
            "I4",
            "1fa",
            "UPDATE orders.order_items SET reservation_key = 'lost' WHERE order_id = id('a')"),
        fault(
            "I4",
            "1fb2",
            "UPDATE inventory.inventory_reservations SET status = 'RELEASED' WHERE reservation_key = "
                + "'hold-b2'; UPDATE inventory.inventory SET reserved = 0 WHERE variant_id = 'v2'"),
        fault(
            "I4",
            "1fa",
            "UPDATE orders.order_items SET cancelled_quantity = 1 WHERE order_id = id('a')"),
        fault(
            "I5",
            "d",
            "UPDATE inventory.inventory_reservations SET status = 'ACTIVE' WHERE reservation_key = "
                + "'hold-d'; UPDATE inventory.inventory SET reserved = 6 WHERE variant_id = 'v1'"),
        fault(
            "I9",
            "a",
            "DELETE FROM orders.order_timeline WHERE order_id = id('a') AND version = 1"),
        fault("I9", "e", "DELETE FROM orders.order_timeline WHERE order_id = id('e')"),
        fault(
            "I9",
            "a",
            "UPDATE orders.outbox SET aggregate_version = 1 WHERE subject = id('a')::text AND "
                + "aggregate_version = 2 AND topic LIKE '%events%'; UPDATE orders.orders SET version = 1 "
                + "WHERE id = id('a'); DELETE FROM orders.order_timeline WHERE order_id = id('a') AND "
                + "version = 2"),
        fault(
            "I9",
            "d",
            "UPDATE inventory.outbox SET aggregate_version = 5 WHERE subject = id('d')::text AND "
                + "aggregate_version = 4"),
        fault(
            "I9",
            "f",
            "DELETE FROM orders.outbox WHERE subject = id('f')::text AND aggregate_version = 2"),
        fault(
            "I10",
            "e",
            "UPDATE orders.orders SET expires_at = now() - interval '40 seconds' WHERE id = id('e')"),
        fault(
            "I10",
            "e",
            "UPDATE orders.order_sagas SET deadline = now() - interval '40 seconds' WHERE order_id = "
                + "id('e')"));
  }

  private static Fault fault(String invariant, String id, String sql) {
    return new Fault(sql, invariant, id);
  }

  @Test
  void looksAwayFromWhatMayStillBeOnItsWay() throws SQLException, CannotCheck {
    database.execute(
        "UPDATE orders.orders SET expires_at = now() - interval '40 seconds' WHERE id = id('e')");

    assertThat(violated(Duration.ofSeconds(30))).containsExactly("I10");
    assertThat(violated(Duration.ofSeconds(60))).isEmpty();
  }

  @Test
  void countsAllButListsTheFirstTwenty() throws SQLException, CannotCheck {
    database.execute(
        "INSERT INTO inventory.inventory (variant_id, seller_id, name, unit_price, currency, on_hand, created_at, updated_at)"
            + " SELECT 'many-' || n, 's1', 'Many', 1, 'EUR', 1, now(), now() FROM generate_series(1, 25) n");

    var finding = check(Duration.ZERO.plusSeconds(30)).getFirst();

    assertThat(finding.violations()).isEqualTo(25);
    assertThat(finding.listed()).hasSize(20);
  }

  @Test
  void cannotWriteEvenWhenAQueryWouldLikeTo() {
    var writing =
        Invariant.parse(
            "I01-writes.sql",
            "-- title: writes\nSELECT setval('inventory.outbox_position', 99)::text AS id, '' AS detail");

    assertThatThrownBy(() -> new Check(target(), List.of(writing)).run(Duration.ZERO))
        .isInstanceOf(CannotCheck.class)
        .hasMessageContaining("I1 cannot be asked");
  }

  @Test
  void theCommandTellsPeopleAndPrograms() throws Exception {
    var healthy = new StringWriter();
    assertThat(command(healthy)).isZero();
    assertThat(healthy.toString()).contains("I1   holds").contains("invariants hold");

    database.execute("UPDATE inventory.inventory SET reserved = 6 WHERE variant_id = 'v1'");
    var text = new StringWriter();
    assertThat(command(text)).isEqualTo(1);
    assertThat(text.toString()).contains("I2   VIOLATED").contains("v1|s1  on hand 10, reserved 6");

    var json = new StringWriter();
    assertThat(command(json, "--json", "--grace", "1m")).isEqualTo(1);
    var result = new ObjectMapper().readTree(json.toString());
    assertThat(result.get("holds").booleanValue()).isFalse();
    assertThat(result.at("/invariants/1/listed/0/id").asText()).isEqualTo("v1|s1");
  }

  @Test
  void theCommandSaysWhenItCannotTell() throws SQLException {
    database.execute("DROP TABLE orders.order_sagas");
    var text = new StringWriter();

    assertThat(command(text)).isEqualTo(2);
    assertThat(text.toString()).contains("check: I10 cannot be asked").contains("order_sagas");
  }

  private List<String> violated(Duration grace) throws CannotCheck {
    return check(grace).stream().filter(finding -> !finding.holds()).map(Finding::id).toList();
  }

  private List<Finding> check(Duration grace) throws CannotCheck {
    return new Check(target()).run(grace);
  }

  private CheckTarget target() {
    return database.target(URI.create("http://127.0.0.1:" + provider.getAddress().getPort()));
  }

  private int command(StringWriter text, String... options) {
    var writer = new PrintWriter(text, true);
    return new CommandLine(new CheckCommand(this::target))
        .setOut(writer)
        .setErr(writer)
        .execute(options);
  }
}
