package io.ordersystem.platform.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Messages as CloudEvents 1.0 in Kafka binary mode: attributes in {@code ce_*} headers, data as
 * JSON in the value. What we write must satisfy its closed schema; what we read may have more
 * fields than we know.
 */
@Singleton
public class EventFormat {
  private static final String ABSENT_SUBJECT = "";

  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();
  private final Map<EventType, JsonSchema> closedSchemas = new EnumMap<>(EventType.class);
  private final Map<EventType, JsonSchema> openSchemas = new EnumMap<>(EventType.class);

  EventFormat() {
    var factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    for (EventType type : EventType.values()) {
      closedSchemas.put(type, schema(factory, type.schemaResource()));
      openSchemas.put(type, schema(factory, type.openSchemaResource()));
    }
  }

  /**
   * The data as JSON.
   *
   * @throws IllegalArgumentException when it violates the schema: a defect of ours, so nothing of
   *     the transaction may be committed
   */
  public String write(EventType type, Record data) {
    JsonNode tree = json.valueToTree(data);
    var violations = Objects.requireNonNull(closedSchemas.get(type)).validate(tree);
    if (!violations.isEmpty()) {
      throw new IllegalArgumentException(type.ceType() + " violates its schema: " + violations);
    }
    return tree.toString();
  }

  /**
   * Reads a record of one of our topics.
   *
   * @return empty for an event of a kind that this release does not know: it was added later, and
   *     is for others
   * @throws UnreadableMessage when it cannot be understood: it is no CloudEvent in binary mode, its
   *     data violates what its type promises, it is another version of a type that we know, it is
   *     on a topic where it does not belong, or it is a command that we do not know
   */
  public Optional<Received> read(ConsumerRecord<String, byte[]> message) {
    Headers headers = message.headers();
    String ceType = required(headers, "ce_type");
    String specification = required(headers, "ce_specversion");
    if (!specification.equals("1.0")) {
      throw new UnreadableMessage("CloudEvents " + specification + " is not 1.0");
    }
    Optional<EventType> type = EventType.of(ceType);
    if (type.isEmpty()) {
      requirePassable(ceType, message.topic());
      return Optional.empty();
    }
    if (!type.get().topic().topicName().equals(message.topic())) {
      throw new UnreadableMessage(ceType + " does not belong on " + message.topic());
    }
    return Optional.of(read(type.get(), message));
  }

  private static void requirePassable(String ceType, String topic) {
    if (EventType.isOtherVersion(ceType)) {
      throw new UnreadableMessage(ceType + " is of a version that this release does not know");
    }
    if (Topic.named(topic).commands()) {
      throw new UnreadableMessage(ceType + " is a command that this release does not know");
    }
  }

  private Received read(EventType type, ConsumerRecord<String, byte[]> message) {
    Headers headers = message.headers();
    if (message.key() == null) {
      throw new UnreadableMessage("no key");
    }
    String subject = text(headers, "ce_subject");
    String version = text(headers, "ce_aggregateversion");
    try {
      return new Received(
          UUID.fromString(required(headers, "ce_id")),
          type,
          message.key(),
          subject == null ? ABSENT_SUBJECT : subject,
          version == null ? 0 : Long.parseLong(version),
          Instant.parse(required(headers, "ce_time")),
          text(headers, "traceparent"),
          data(type, message.value()));
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new UnreadableMessage(type.ceType() + ": " + e.getMessage(), e);
    }
  }

  private Record data(EventType type, byte @Nullable [] value) throws IOException {
    if (value == null) {
      throw new UnreadableMessage(type.ceType() + " without data");
    }
    JsonNode tree = json.readTree(value);
    var violations = Objects.requireNonNull(openSchemas.get(type)).validate(tree);
    if (!violations.isEmpty()) {
      throw new UnreadableMessage(type.ceType() + " violates its schema: " + violations);
    }
    return json.treeToValue(tree, type.data());
  }

  /**
   * Data that was written before and kept.
   *
   * @throws IllegalArgumentException when it cannot be read
   */
  public Record read(EventType type, String data) {
    try {
      return json.readValue(data, type.data());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a " + type.ceType() + ": " + e.getMessage(), e);
    }
  }

  /** The canonical JSON of a value, for fingerprints. */
  public String canonical(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
    }
  }

  private static String required(Headers headers, String name) {
    String value = text(headers, name);
    if (value == null) {
      throw new UnreadableMessage("no header " + name);
    }
    return value;
  }

  private static @Nullable String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static JsonSchema schema(JsonSchemaFactory factory, String name) {
    try (InputStream resource = EventType.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException("no schema " + name);
      }
      return factory.getSchema(resource);
    } catch (IOException e) {
      throw new IllegalStateException("unreadable schema " + name, e);
    }
  }
}
