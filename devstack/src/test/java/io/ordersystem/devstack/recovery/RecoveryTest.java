package io.ordersystem.devstack.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.check.AuditedDatabase;
import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the services' own schemas and topics; others write to the topics at the same time. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields before the tests
class RecoveryTest {
  private static final Duration MARGIN = Duration.ofMinutes(1);
  private static AuditedDatabase template;

  @TempDir private Path directory;

  private final Instant to = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  private AuditedDatabase database;

  @BeforeAll
  static void migrate() throws SQLException, IOException {
    Path empty = Files.createTempFile("empty", ".sql");
    Files.writeString(empty, "SELECT 1");
    template = AuditedDatabase.template(TestDatabase.serverUrl(), empty);
  }

  @AfterAll
  static void dropTemplate() throws SQLException {
    template.drop();
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
  void whatNoOutboxHasIsSeenByAllWhoReadItAndWhatOneHasIsNot() throws Exception {
    UUID known = outbox(1, to.minusSeconds(10));
    UUID lost = UUID.randomUUID();
    String order = UUID.randomUUID().toString();
    publish(known, UUID.randomUUID().toString());
    publish(lost, order);
    Path file = directory.resolve("lost.jsonl");
    var outcome = recover(file);
    assertThat(outcome.orders()).contains(order);
    assertThat(Files.readString(file)).contains(lost.toString()).doesNotContain(known.toString());
    assertThat(seen("notifications", lost))
        .isEqualTo("order-contacts,order-events,payment-events,stock-events");
    assertThat(seen("inventory", lost)).as("who does not read that topic").isEmpty();
    assertThat(seen("notifications", known)).isEmpty();
  }

  @Test
  void outboxesAreSetBackToTheFirstMessageSinceTheMargin() throws Exception {
    outbox(10, to.minus(Duration.ofMinutes(10)));
    outbox(11, to.minusSeconds(30));
    outbox(12, to.minusSeconds(5));
    cursor(12, 12, "{}");
    assertThat(recover(directory.resolve("first")).again()).isEqualTo(2);
    assertThat(cursor()).isEqualTo("10 10 {}");
    // Again, with nothing that has been sent meanwhile.
    recover(directory.resolve("second"));
    assertThat(cursor()).isEqualTo("10 10 {}");
  }

  @Test
  void belowAnOpenGapTheLowerPositionCounts() throws Exception {
    outbox(11, to.minusSeconds(30));
    outbox(12, to.minusSeconds(5));
    cursor(5, 12, "{6}");
    recover(directory.resolve("lost"));
    assertThat(cursor()).isEqualTo("5 5 {}");
  }

  @Test
  void anOutboxWithNothingSinceStaysWhereItIs() throws Exception {
    outbox(10, to.minus(Duration.ofMinutes(10)));
    cursor(10, 10, "{}");
    assertThat(recover(directory.resolve("lost")).again()).isZero();
    assertThat(cursor()).isEqualTo("10 10 {}");
  }

  @Test
  void refusesADatabaseOnWhichAServiceIsAtWork() throws Exception {
    try (var service = database.connect();
        var statement = service.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(hashtextextended('outbox-relay/orders', 0))");
      assertThatThrownBy(() -> recover(directory.resolve("lost")))
          .hasMessageContaining("a service publishes from the schema orders");
    }
  }

  @Test
  void refusesReadersThatItDoesNotKnow() throws Exception {
    database.execute("INSERT INTO payments.inbox VALUES ('newer-reader', gen_random_uuid())");
    assertThatThrownBy(() -> recover(directory.resolve("lost")))
        .hasMessageContaining("[newer-reader]");
  }

  private Recovery.Outcome recover(Path file) throws SQLException, IOException {
    try (var connection = database.connect()) {
      return new Recovery(connection, Map.of("bootstrap.servers", TestKafka.bootstrapServers()))
          .run(to, MARGIN, file);
    }
  }

  private UUID outbox(long position, Instant time) throws SQLException {
    return UUID.fromString(
        database.text(
            """
            INSERT INTO orders.outbox (id, position, topic, key, type, dataschema, subject, aggregate_version, time, data)
            VALUES (orders.uuid7_floor('%s'), %d, 't', 'k', 'x', 's', 's', 1, now(), '{}') RETURNING id\
            """
                .formatted(time, position)));
  }

  private void cursor(long position, long highest, String gaps) throws SQLException {
    database.execute(
        "UPDATE orders.outbox_cursor SET position = %d, highest = %d, gaps = '%s', gap_bounds = '%s'"
            .formatted(position, highest, gaps, gaps));
  }

  private String cursor() {
    return database.text(
        "SELECT concat_ws(' ', position, highest, gaps) FROM orders.outbox_cursor");
  }

  private String seen(String schema, UUID event) {
    return database.text(
        "SELECT coalesce(string_agg(consumer, ',' ORDER BY consumer), '') FROM %s.inbox WHERE event_id = '%s'"
            .formatted(schema, event));
  }

  private static void publish(UUID id, String order) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers", TestKafka.bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer())) {
      var record =
          new ProducerRecord<>(Topic.ORDER_EVENTS.topicName(), order, "{}".getBytes(UTF_8));
      record.headers().add("ce_id", id.toString().getBytes(UTF_8));
      record.headers().add("ce_type", EventType.ORDER_PLACED.ceType().getBytes(UTF_8));
      producer.send(record).get();
    }
  }
}
