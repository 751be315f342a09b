package io.ordersystem.orders.platform;

import static io.ordersystem.orders.Shop.SOON;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.testing.ReceivedRecord;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestEvents;
import io.ordersystem.devstack.testing.TestKafka;
import io.ordersystem.devstack.testing.TestOutage;
import io.ordersystem.orders.Shop;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.net.URL;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The relay of the running service, and what it tells operators. */
@QuarkusTest
class OutboxTest {
  private static final Duration GAP_LOOKS = Duration.ofMillis(200);

  /** More than two looks find. */
  private static final int MANY = 2_500;

  private static final String APPEND =
      """
      INSERT INTO outbox (id, topic, key, type, dataschema, subject, aggregate_version, time, data)
      VALUES ('%1$s', 'orders.contact.state.v1', 'outbox-test', 'io.ordersystem.order.contact-recorded.v1', 'urn:io.ordersystem:schema:OrderContact:1',
        '%2$s', 1, now(), '{"orderId": "%2$s", "customerId": "c"}')
      """;

  private final TestDatabase database = Shop.database();

  @TestHTTPResource(value = "/metrics", management = true)
  URL metrics;

  @Test
  void tellsWhatWaitsWhileKafkaIsAwayAndThatNothingDoesAfterwards() throws Exception {
    String variant = Shop.newVariant();
    Shop.offer(variant, "s1", 100, 10);
    await().atMost(SOON).until(() -> outbox().getLong("depth") == 0);
    long before = outbox().getLong("position");
    try (var outage = TestOutage.stopKafka()) {
      Shop.placed("c1", variant, 1);
      await().atMost(SOON).until(() -> outbox().getDouble("oldestAgeSeconds") > 1);
      assertThat(outbox().getBoolean("leader")).isTrue();
      assertThat(outbox().getLong("depth")).isGreaterThanOrEqualTo(2);
      await().atMost(SOON).until(() -> metric("outbox_depth") >= 2);
    }
    await().atMost(SOON.multipliedBy(2)).until(() -> outbox().getLong("depth") == 0);
    assertThat(outbox().getLong("position")).isGreaterThan(before);
    await().atMost(SOON).until(() -> metric("outbox_depth") == 0);
    assertThat(metric("outbox_leader")).isEqualTo(1);
  }

  /** The next look is taken while the broker has what the last one found. */
  @Test
  void publishesWhatOneLookCannotFindOnceAndInOrder() {
    String run = id() + "-";
    try (var reader = TestKafka.read(Topic.ORDER_CONTACT)) {
      database.execute(
          """
          INSERT INTO outbox (id, topic, key, type, dataschema, subject, aggregate_version, time, causation_id, data)
          SELECT id, 'orders.contact.state.v1', ?::text || (n % 100), 'io.ordersystem.order.contact-recorded.v1',
            'urn:io.ordersystem:schema:OrderContact:1', id::text, 1, now(), n::text, '{"orderId": "' || id || '", "customerId": "c"}'
          FROM (SELECT n, uuidv7() AS id FROM generate_series(1, ?) n) e ORDER BY e.n
          """,
          run, MANY);
      List<ReceivedRecord> received =
          reader.await(SOON, MANY, record -> record.key().startsWith(run));
      var byKey =
          received.stream()
              .collect(
                  Collectors.groupingBy(
                      ReceivedRecord::key,
                      Collectors.mapping(
                          record -> Integer.valueOf(record.headers().get("ce_causationid")),
                          Collectors.toList())));
      assertThat(byKey).hasSize(100);
      assertThat(byKey.values())
          .allSatisfy(numbers ->
              assertThat(numbers).hasSize(MANY / 100).doesNotHaveDuplicates().isSorted());
    }
    await().atMost(SOON).until(() -> outbox().getLong("depth") == 0);
  }

  @Test
  void waitsForAnOpenTransactionWithoutHoldingUpTheOthers() throws SQLException {
    try (var reader = TestKafka.read(Topic.ORDER_CONTACT);
        Connection slow = database.connect();
        Statement statement = slow.createStatement()) {
      slow.setAutoCommit(false);
      UUID late = id();
      statement.execute(APPEND.formatted(late, late));
      UUID quick = id();
      database.execute(APPEND.formatted(quick, quick));
      reader.await(SOON, record -> quick.toString().equals(record.headers().get("ce_subject")));
      // The broker has the event before the leader has noted that it has.
      await().atMost(SOON).until(() -> outbox().getList("gaps").size() == 1);
      slow.commit();
      reader.await(SOON, record -> late.toString().equals(record.headers().get("ce_subject")));
      await().atMost(SOON).until(() -> outbox().getList("gaps").isEmpty());
    }
  }

  /** What {@code pg_snapshot_xmax} as a bound loses: see ADR 3. */
  @Test
  void waitsForATransactionThatIsYoungerThanTheOneThatOvertookIt() throws SQLException {
    try (var reader = TestKafka.read(Topic.ORDER_CONTACT);
        Connection overtaking = database.connect();
        Connection overtaken = database.connect();
        Statement second = overtaking.createStatement();
        Statement first = overtaken.createStatement()) {
      for (int i = 0; i < 5; i++) {
        overtaking.setAutoCommit(false);
        overtaken.setAutoCommit(false);
        second.execute("SELECT pg_current_xact_id()");
        first.execute("SELECT pg_current_xact_id()");
        UUID late = id();
        UUID quick = id();
        first.execute(APPEND.formatted(late, late));
        second.execute(APPEND.formatted(quick, quick));
        overtaking.commit();
        reader.await(SOON, record -> quick.toString().equals(record.headers().get("ce_subject")));
        await().atMost(SOON).until(() -> !outbox().getList("gaps").isEmpty());
        // Several looks later the gap is still waited for: the first is after 5 ms.
        await().during(GAP_LOOKS).until(() -> outbox().getList("gaps").size() == 1);
        overtaken.commit();
        reader.await(SOON, record -> late.toString().equals(record.headers().get("ce_subject")));
      }
    }
  }

  @Test
  void leadsAgainAfterItsSessionWasEndedAndLeavesNoLockBehind() throws SQLException {
    await().atMost(SOON).until(() -> outbox().getBoolean("leader"));
    String lockHolders =
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = "
            + "(SELECT oid FROM pg_database WHERE datname = current_database())";
    assertThat(database.number(lockHolders)).isEqualTo(1);
    // A superuser's right: what a failover does to every session.
    TestDatabase.superuserIn("orders")
        .rows(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted");
    UUID next = id();
    try (var reader = TestKafka.read(Topic.ORDER_CONTACT)) {
      database.execute(APPEND.formatted(next, next));
      reader.await(SOON, record -> next.toString().equals(record.headers().get("ce_subject")));
    }
    assertThat(database.number(lockHolders)).isEqualTo(1);
  }

  private static UUID id() {
    return TestEvents.newId();
  }

  private JsonPath outbox() {
    return given().get(URI.create(at("/ops/outbox"))).then().statusCode(200).extract().jsonPath();
  }

  private double metric(String name) {
    return given()
        .get(metrics)
        .asString()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.replaceFirst("^\\w+(\\{[^}]*})? +", "")))
        .findFirst()
        .orElse(-1);
  }

  private String at(String path) {
    return "http://127.0.0.1:" + metrics.getPort() + path;
  }
}
