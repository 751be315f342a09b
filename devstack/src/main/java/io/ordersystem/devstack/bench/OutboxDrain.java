package io.ordersystem.devstack.bench;

import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.kafka.ProducerBenchmark;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.LocalPort;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How fast a service's relay brings a full outbox to Kafka, beside what Kafka's own benchmark of
 * producers does with as many records of the same size.
 */
final class OutboxDrain {
  static final int EVENTS = 200_000;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Where Kafka's benchmark writes to: nobody reads it. */
  private static final String ELSEWHERE = "bench.producer";

  private static final String FILL =
      """
      INSERT INTO inventory.outbox (id, topic, key, type, dataschema, subject, aggregate_version, time, data)
      SELECT uuidv7(), o.topic, 'drain-' || n % 100 || '|s1', o.type, o.dataschema, 'drain-' || n, 1, now(), o.data
      FROM (SELECT * FROM inventory.outbox WHERE topic = ? ORDER BY position DESC LIMIT 1) o, generate_series(1, ?) n
      """;
  private static final String SIZE =
      "SELECT octet_length(data) FROM inventory.outbox WHERE topic = ? ORDER BY position DESC LIMIT 1";

  private final Database database;

  OutboxDrain(Database database) {
    this.database = database;
  }

  /** Events per second, from the COMMIT that made all of them visible to the last one in Kafka. */
  double drain() throws SQLException {
    try (var consumer = consumer();
        Connection connection = database.connect(DatabaseRole.SUPERUSER)) {
      connection.setAutoCommit(false);
      List<TopicPartition> partitions = partitions();
      long before = end(consumer, partitions);
      try (PreparedStatement fill = connection.prepareStatement(FILL)) {
        fill.setString(1, Topic.STOCK_STATE.topicName());
        fill.setInt(2, EVENTS);
        if (fill.executeUpdate() != EVENTS) {
          throw new ComponentFailed("the outbox has no event to be copied");
        }
      }
      connection.commit();
      long began = System.nanoTime();
      if (!Await.within(LIMIT, () -> end(consumer, partitions) >= before + EVENTS)) {
        throw new ComponentFailed("the outbox was not drained within " + LIMIT);
      }
      return EVENTS / ((System.nanoTime() - began) / 1e9);
    }
  }

  /** Records per second of Kafka's own benchmark. */
  double producer() throws SQLException {
    try (Connection connection = database.connect(DatabaseRole.SUPERUSER);
        PreparedStatement size = connection.prepareStatement(SIZE)) {
      size.setString(1, Topic.STOCK_STATE.topicName());
      try (var row = size.executeQuery()) {
        if (!row.next()) {
          throw new ComponentFailed("the outbox has no event to be measured");
        }
        return ProducerBenchmark.run(address(), ELSEWHERE, EVENTS, row.getInt(1));
      }
    }
  }

  private static String address() {
    return "127.0.0.1:" + LocalPort.KAFKA.number();
  }

  private static KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, address()),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions() {
    return IntStream.range(0, Topic.PARTITIONS)
        .mapToObj(number -> new TopicPartition(Topic.STOCK_STATE.topicName(), number))
        .toList();
  }

  private static long end(KafkaConsumer<?, ?> consumer, List<TopicPartition> partitions) {
    return consumer.endOffsets(partitions).values().stream().mapToLong(offset -> offset).sum();
  }
}
