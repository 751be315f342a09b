package io.ordersystem.devstack.testing;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.ordersystem.contracts.EventType;
import io.ordersystem.devstack.events.EventConformance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Plays the neighbour: publishes what another service would, as CloudEvents in binary mode. */
public final class TestEvents {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  private static final EventConformance CONFORMANCE = new EventConformance();

  private TestEvents() {}

  /** Publishes an event with a new id; answers that id. */
  public static UUID publish(
      EventType type, String key, String subject, long version, Record data) {
    UUID id = newId();
    publish(id, type, key, subject, version, data);
    return id;
  }

  /** Publishes an event under an id, for duplicates. */
  public static void publish(
      UUID id, EventType type, String key, String subject, long version, Record data) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ce_specversion", "1.0");
    headers.put("ce_id", id.toString());
    headers.put("ce_source", "/" + type.topic().writer());
    headers.put("ce_type", type.ceType());
    headers.put("ce_subject", subject);
    headers.put("ce_time", "2026-11-22T10:00:00Z");
    headers.put("ce_dataschema", type.schemaUri());
    headers.put("content-type", "application/json; charset=utf-8");
    if (version > 0) {
      headers.put("ce_aggregateversion", Long.toString(version));
    }
    String text = json(data);
    requireConformity(new EventConformance.Message(type.topic().topicName(), key, headers, text));
    // So that nobody takes it for what the real neighbour sends.
    headers.put("ce_source", EventConformance.PLANTED);
    TestKafka.publish(type.topic(), key, headers, text);
  }

  /** A test that plays the neighbour keeps the contract, or it proves nothing. */
  private static void requireConformity(EventConformance.Message message) {
    List<String> violations = CONFORMANCE.violations(message);
    if (!violations.isEmpty()) {
      throw new IllegalArgumentException(
          "no neighbour would send %s: %s".formatted(message, violations));
    }
  }

  /** An id as producers make them: UUIDv7 of this moment. */
  public static UUID newId() {
    UUID random = UUID.randomUUID();
    long high = System.currentTimeMillis() << 16 | 0x7000 | random.getMostSignificantBits() & 0xFFF;
    return new UUID(high, random.getLeastSignificantBits());
  }

  private static String json(Record data) {
    try {
      return JSON.writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable: " + data, e);
    }
  }
}
