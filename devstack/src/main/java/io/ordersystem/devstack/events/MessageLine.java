package io.ordersystem.devstack.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.contracts.EventType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A message as one line of an export: JSON that can be sent again byte for byte.
 *
 * @param timestamp when it was written, in milliseconds since the epoch
 * @param headers as text
 * @param value Base64, so that also what is broken survives; null for a tombstone
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MessageLine(
    String topic,
    int partition,
    long offset,
    long timestamp,
    @Nullable String key,
    Map<String, String> headers,
    @Nullable String value) {
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The line of a message as it was read. */
  public static MessageLine of(ConsumerRecord<String, byte[]> record) {
    byte[] value = record.value();
    return new MessageLine(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        headers(record),
        value == null ? null : Base64.getEncoder().encodeToString(value));
  }

  /** The headers as text, in their order. */
  static Map<String, String> headers(ConsumerRecord<String, byte[]> record) {
    var headers = new LinkedHashMap<String, String>();
    record
        .headers()
        .forEach(header ->
            headers.put(
                header.key(),
                header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8)));
    return headers;
  }

  /**
   * Reads a line of an export.
   *
   * @throws IllegalArgumentException when it is none
   */
  static MessageLine parse(String line) {
    try {
      return JSON.readValue(line, MessageLine.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a line of an export: " + e.getOriginalMessage(), e);
    }
  }

  /** The line itself. */
  public String text() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a message is always writable", e);
    }
  }

  /** The id of the event that it is; empty for what is none. */
  public Optional<UUID> eventId() {
    String id = headers.get("ce_id");
    return id == null || !UUID_TEXT.matcher(id).matches()
        ? Optional.empty()
        : Optional.of(UUID.fromString(id));
  }

  /** Whether it is an event of that type. */
  public boolean isOfType(EventType type) {
    return type.ceType().equals(headers.get("ce_type"));
  }

  /** The same message, to be sent again. */
  ProducerRecord<String, byte[]> again() {
    var record =
        new ProducerRecord<String, byte[]>(
            topic, key, value == null ? null : Base64.getDecoder().decode(value));
    headers.forEach(
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return record;
  }
}
