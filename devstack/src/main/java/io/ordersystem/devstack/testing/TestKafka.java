package io.ordersystem.devstack.testing;

import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.events.EventConformance;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Messages on the real topics, without the service's own client. */
public final class TestKafka {
  private static final int LIMIT_SECONDS = 20;

  private TestKafka() {}

  /** Sends one message and returns when the broker has it. A null body is a tombstone. */
  public static void publish(
      Topic topic, String key, Map<String, String> headers, @Nullable String json) {
    var message = new ProducerRecord<String, @Nullable String>(topic.topicName(), key, json);
    headers.forEach(
        (name, value) -> message.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    if (!headers.containsKey("ce_source")) {
      message.headers().add("ce_source", EventConformance.PLANTED.getBytes(StandardCharsets.UTF_8));
    }
    try (var producer =
        new KafkaProducer<String, @Nullable String>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(message).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("could not publish to " + topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while publishing", e);
    }
  }

  /** A reader of those topics from their beginning; close it. */
  public static TestReader read(Topic... topics) {
    return new TestReader(bootstrapServers(), false, topics);
  }

  /** A reader of what is written to those topics from now on; close it. */
  public static TestReader readFromNow(Topic... topics) {
    return new TestReader(bootstrapServers(), true, topics);
  }

  /** For clients of a test's own. */
  public static String bootstrapServers() {
    return TestEnvironment.current().bootstrapServers();
  }
}
