package io.ordersystem.platform.outbox;

import io.ordersystem.platform.tracing.MessageSpans;
import io.ordersystem.platform.tracing.MessageSpans.Leg;
import io.quarkus.logging.Log;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Sends outbox rows to Kafka and waits until the brokers have them. The producer never gives up a
 * record on its own (no delivery time-out), because the next one of the same key would overtake it;
 * while the broker is away the relay waits here and the rows stay in the table. What takes longer
 * than {@link OutboxConfig#publishTimeout} without any progress ends with the producer: the rows
 * are sent again in their order by a new one.
 */
@Singleton
class EventPublisher {
  private static final byte[] JSON = bytes("application/json; charset=utf-8");
  private static final byte[] SPEC_VERSION = bytes("1.0");
  private static final int MOST_DOUBLINGS = 4;

  private final Map<String, Object> producerConfig = new HashMap<>();
  private final Duration patience;
  private final Duration timeout;
  private final byte[] source;
  private final MessageSpans spans;
  private @Nullable KafkaProducer<String, byte[]> producer;
  private int fruitless;

  EventPublisher(
      @Identifier("default-kafka-broker") Map<String, Object> broker,
      OutboxConfig config,
      MessageSpans spans,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    patience = config.retryPause().multipliedBy(10);
    timeout = config.publishTimeout();
    source = bytes("/" + service);
    this.spans = spans;
    producerConfig.putAll(broker);
    producerConfig.put(ProducerConfig.CLIENT_ID_CONFIG, service + "-outbox");
    producerConfig.put(ProducerConfig.ACKS_CONFIG, "all");
    producerConfig.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // A broker that is just starting may refuse one request for the time being and take the next.
    // One that knows nothing of the producer yet takes it even though the first is missing, then
    // refuses the first for ever as out of order (KAFKA-14359). The rows of a batch go into few
    // requests anyway.
    producerConfig.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    producerConfig.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    producerConfig.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    producerConfig.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience.toMillis());
    // What was found together leaves together: without any wait the first record leaves alone, and
    // the others wait for its acknowledgement.
    producerConfig.put(ProducerConfig.LINGER_MS_CONFIG, 1);
    producerConfig.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
    producerConfig.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    producerConfig.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
  }

  /**
   * Connects to the brokers and makes the records of these rows without sending them, so that a
   * takeover does not begin with that. A broker that is away is no matter yet.
   */
  void warmUp(List<OutboxRow> rows) {
    var topics =
        rows.stream().map(row -> record(row, null)).map(ProducerRecord::topic).distinct().toList();
    try {
      for (String topic : topics) {
        producer().partitionsFor(topic);
      }
      producer();
    } catch (KafkaException e) {
      Log.debugf("The brokers are not ready for a rehearsal: %s", e.getMessage());
    }
  }

  /** How the producer is set up. */
  Map<String, Object> settings() {
    return Map.copyOf(producerConfig);
  }

  /** What a leader does while it waits, to stay the leader. */
  @FunctionalInterface
  interface Heartbeat {
    void beat() throws SQLException;
  }

  /**
   * Publishes the rows in this order and returns when all of them are acknowledged.
   *
   * @throws KafkaException when one was refused for good, or not acknowledged in time
   * @throws SQLException when the lead is lost while waiting
   */
  void publish(List<OutboxRow> rows, Heartbeat heartbeat)
      throws InterruptedException, SQLException {
    if (rows.isEmpty()) {
      return;
    }
    long deadline = deadline();
    for (String topic : rows.stream().map(OutboxRow::topic).distinct().toList()) {
      awaitMetadata(topic, deadline, heartbeat);
    }
    var sent = new ArrayList<Sent>(rows.size());
    for (OutboxRow row : rows) {
      Leg leg = spans.publish(row.topic(), row.id(), row.key(), row.time(), row.traceparent());
      Future<RecordMetadata> acknowledgement = producer().send(record(row, leg.traceparent()));
      sent.add(new Sent(acknowledgement, leg));
      if (acknowledgement.state() == Future.State.FAILED) {
        break; // The later ones must not be there before it.
      }
    }
    for (Sent one : sent) {
      await(one.acknowledgement(), rows.size(), deadline(), heartbeat);
      one.leg().end();
    }
    fruitless = 0;
  }

  private record Sent(Future<RecordMetadata> acknowledgement, Leg leg) {}

  /**
   * Without metadata {@code send} waits, then fails that one record and lets the next one try: a
   * broker that comes back in between would get the later ones only.
   */
  private void awaitMetadata(String topic, long deadline, Heartbeat heartbeat) throws SQLException {
    while (true) {
      try {
        producer().partitionsFor(topic);
        return;
      } catch (org.apache.kafka.common.errors.TimeoutException away) {
        Log.warnf("Still waiting for Kafka to know %s: %s", topic, away.getMessage());
        beatUntil(deadline, heartbeat, away);
      }
    }
  }

  private void await(
      Future<RecordMetadata> acknowledgement, int size, long deadline, Heartbeat heartbeat)
      throws InterruptedException, SQLException {
    while (true) {
      try {
        acknowledgement.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        Log.warnf("Still waiting for Kafka to take %d events: %s", size, e.getMessage());
        beatUntil(deadline, heartbeat, e);
      } catch (ExecutionException e) {
        // Not to send the later ones before this one: a new producer starts from the cursor.
        close();
        throw new KafkaException("an event was refused", e.getCause());
      }
    }
  }

  /**
   * From now on. Twice as long after each time without success: what was acknowledged of a batch is
   * sent again with the rest of it, to brokers that may be busy already.
   */
  private long deadline() {
    return System.nanoTime() + limit().toNanos();
  }

  private Duration limit() {
    return timeout.multipliedBy(1L << Math.min(fruitless, MOST_DOUBLINGS));
  }

  private void beatUntil(long deadline, Heartbeat heartbeat, Exception waiting)
      throws SQLException {
    if (System.nanoTime() - deadline >= 0) {
      close();
      Duration limit = limit();
      fruitless++;
      throw new KafkaException("no further acknowledgement within " + limit, waiting);
    }
    heartbeat.beat();
  }

  private KafkaProducer<String, byte[]> producer() {
    KafkaProducer<String, byte[]> open = producer;
    if (open == null) {
      open = new KafkaProducer<>(producerConfig, new StringSerializer(), new ByteArraySerializer());
      producer = open;
    }
    return open;
  }

  private ProducerRecord<String, byte[]> record(OutboxRow row, @Nullable String traceparent) {
    var record = new ProducerRecord<>(row.topic(), row.key(), bytes(row.data()));
    Headers headers = record.headers();
    headers.add("ce_specversion", SPEC_VERSION);
    headers.add("ce_id", bytes(row.id().toString()));
    headers.add("ce_source", source);
    headers.add("ce_type", bytes(row.type()));
    headers.add("ce_subject", bytes(row.subject()));
    headers.add("ce_time", bytes(row.time().toString()));
    headers.add("ce_dataschema", bytes(row.dataschema()));
    headers.add("content-type", JSON);
    if (row.aggregateVersion() > 0) {
      headers.add("ce_aggregateversion", bytes(Long.toString(row.aggregateVersion())));
    }
    optional(headers, "traceparent", traceparent);
    optional(headers, "ce_causationid", row.causationId());
    return record;
  }

  private static void optional(Headers headers, String name, @Nullable String value) {
    if (value != null) {
      headers.add(name, bytes(value));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @PreDestroy
  void close() {
    KafkaProducer<String, byte[]> open = producer;
    producer = null;
    if (open != null) {
      open.close(Duration.ofSeconds(2));
    }
  }
}
