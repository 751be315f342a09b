package io.ordersystem.devstack.testing;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A message as it was read from a topic. A null body is a tombstone. */
public record ReceivedRecord(
    String topic,
    int partition,
    long offset,
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
        message.key(),
        headers,
        message.value());
  }

  /** The CloudEvents type, or empty text. */
  public String type() {
    return headers.getOrDefault("ce_type", "");
  }
}
