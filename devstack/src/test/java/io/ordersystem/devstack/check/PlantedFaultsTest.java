package io.ordersystem.devstack.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.ordersystem.devstack.testing.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Every invariant holds in a healthy system, and each is seen to fail on a fault planted in one,
 * against the services' own tables.
 */
class PlantedFaultsTest {
  private static final String COMMITS = "commits";
  private static final Path SCRIPTS = Path.of("src/test/resources/check");

  /** The provider's list lies in the database too, so that faults can be planted on its side. */
  private static final String LEDGER =
      "SELECT jsonb_build_object('count', count(*), 'intents', coalesce(jsonb_agg(to_jsonb(i)), '[]'))"
          + " FROM public.intents i";

  private static AuditedDatabase template;
  private static HttpServer provider;

  @SuppressWarnings("NullAway.Init") // set before each test
  private static volatile AuditedDatabase asking;

  private AuditedDatabase database;

  @BeforeAll
  static void fill() throws SQLException, IOException {
    template =
        AuditedDatabase.template(TestDatabase.serverUrl(), SCRIPTS.resolve("healthy-system.sql"));
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.createContext(
        "/sandbox/ledger",
        exchange -> {
          try (exchange) {
            var body = asking.text(LEDGER).getBytes(StandardCharsets.UTF_8);
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

  /** A copy of its own, where a fault must be committed for the check to see it. */
  @BeforeEach
  void copy(TestInfo test) throws SQLException {
    database = test.getTags().contains(COMMITS) ? template.copy() : template;
    asking = database;
  }

  @AfterEach
  void drop() throws SQLException {
    if (database != template) {
      database.drop();
    }
  }

  @Test
  void allHoldInAHealthySystem() throws CannotCheck {
    assertThat(check(Duration.ofSeconds(30)))
        .allSatisfy(finding -> assertThat(finding.listed()).as(finding.title()).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("io.ordersystem.devstack.check.Fault#all")
  void eachIsSeenToFailOnAPlantedFault(Fault fault) throws SQLException, CannotCheck {
    var violated =
        template.withFault(fault.sql(), this::ask).stream()
            .filter(finding -> !finding.holds())
            .toList();

    assertThat(violated).extracting(Finding::id).containsExactly(fault.invariant());
    assertThat(violated.getFirst().listed())
        .isNotEmpty()
        .allSatisfy(violation -> assertThat(violation.id()).endsWith(fault.id()));
  }

  @Test
  @Tag(COMMITS)
  void noticesASecondCharge() throws SQLException, CannotCheck {
    database.execute(
        "INSERT INTO public.intents SELECT 'pi_y', amount, capturable, 0, 0, 0, currency, status,"
            + " metadata, created FROM public.intents WHERE id = 'pi_a'");

    var provider = check(Duration.ofSeconds(30)).getLast();

    assertThat(provider.listed())
        .extracting(Finding.Violation::detail)
        .anySatisfy(detail -> assertThat(detail).startsWith("missing here: intent pi_y"))
        .anySatisfy(detail -> assertThat(detail).startsWith("charged twice: 2 intents"));
  }

  @Test
  @Tag(COMMITS)
  void leavesOutWhatTheProviderIsJustBeingAsked() throws SQLException, CannotCheck {
    database.execute(
        "UPDATE public.intents SET status = 'canceled', capturable = 0 WHERE id = 'pi_a'");
    assertThat(violated(Duration.ofSeconds(30))).containsExactly("I13");

    database.execute(
        "UPDATE payments.payments SET task = 'VOID', next_attempt_at = now() WHERE id = id('9a')");
    assertThat(violated(Duration.ofSeconds(30))).isEmpty();
  }

  @Test
  @Tag(COMMITS)
  void looksAwayFromWhatMayStillBeOnItsWay() throws SQLException, CannotCheck {
    database.execute(
        "UPDATE orders.orders SET expires_at = now() - interval '40 seconds' WHERE id = id('e')");

    assertThat(violated(Duration.ofSeconds(30))).containsExactly("I10");
    assertThat(violated(Duration.ofSeconds(60))).isEmpty();
  }

  @Test
  @Tag(COMMITS)
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
  @Tag(COMMITS)
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
  @Tag(COMMITS)
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

  private List<Finding> ask(Connection connection) throws SQLException, CannotCheck {
    var values = new EnumMap<Invariant.Parameter, String>(Invariant.Parameter.class);
    values.put(Invariant.Parameter.GRACE, "30 seconds");
    values.put(
        Invariant.Parameter.LEDGER,
        AuditedDatabase.text(
            connection, "SELECT coalesce(jsonb_agg(to_jsonb(i)), '[]') FROM public.intents i"));
    return new Check(target()).ask(connection, values);
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
