package io.ordersystem.devstack.testing;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A message as it was read from a topic.
 *
 * @param timestamp when its producer sent it, in milliseconds of the epoch
 * @param json null for a tombstone
 */
public record ReceivedRecord(
    String topic,
    int partition,
    long offset,
    long timestamp,
    @Nullable String key,
    Map<String, String> headers,
    @Nullable String json) {

  static ReceivedRecord of(ConsumerRecord<String, String> message) {
    var headers = new LinkedHashMap<String, String>();
    message
        .headers()
        .forEach(header ->
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    return new ReceivedRecord(
        message.topic(),
        message.partition(),
        message.offset(),
        message.timestamp(),
        message.key(),
        headers,
        message.value());
  }

  /** The CloudEvents type, or empty text. */
  public String type() {
    return headers.getOrDefault("ce_type", "");
  }
}
