package io.ordersystem.devstack.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Whether a message keeps what the contract promises: its place, its headers, and its data by the
 * closed schema, which allows nothing that we have not announced.
 */
public final class EventConformance {
  /** The {@code ce_source} of what a test or a proof sends itself. */
  public static final String PLANTED = "/test";

  private static final Pattern UUID7 =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  private static final Pattern TRACEPARENT =
      Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  private static final Set<String> KNOWN =
      Set.of(
          "ce_specversion",
          "ce_id",
          "ce_source",
          "ce_type",
          "ce_subject",
          "ce_time",
          "ce_dataschema",
          "content-type",
          "ce_aggregateversion",
          "ce_causationid",
          "traceparent");

  private final Map<EventType, JsonSchema> schemas = new ConcurrentHashMap<>();
  private final ObjectMapper json = new ObjectMapper();

  /**
   * A message as it lies on a topic.
   *
   * @param data null for a tombstone
   */
  public record Message(
      String topic, @Nullable String key, Map<String, String> headers, @Nullable String data) {

    /** A message as a consumer got it. */
    public static Message of(ConsumerRecord<String, byte[]> record) {
      byte[] value = record.value();
      return new Message(
          record.topic(),
          record.key(),
          MessageLine.headers(record),
          value == null ? null : new String(value, StandardCharsets.UTF_8));
    }

    /** Whether a test or a proof says that it has planted it. */
    public boolean isPlanted() {
      return headers.getOrDefault("ce_source", "").equals(PLANTED);
    }
  }

  /** What is wrong with it; empty when nothing is. */
  public List<String> violations(Message message) {
    if (message.data() == null && Topic.named(message.topic()).compacted()) {
      return message.key() == null ? List.of("a tombstone without a key") : List.of();
    }
    var found = new ArrayList<String>();
    var type = EventType.of(header(message, "ce_type"));
    if (type.isEmpty()) {
      return List.of("unknown type " + header(message, "ce_type"));
    }
    headers(message, type.get(), found);
    data(message, type.get(), found);
    return found;
  }

  private static void headers(Message message, EventType type, List<String> found) {
    Topic topic = type.topic();
    require(found, topic.topicName().equals(message.topic()), "on topic " + message.topic());
    require(found, message.key() != null, "no key");
    require(found, header(message, "ce_specversion").equals("1.0"), "ce_specversion");
    require(found, UUID7.matcher(header(message, "ce_id")).matches(), "ce_id is no UUIDv7");
    require(found, header(message, "ce_source").equals("/" + topic.writer()), "ce_source");
    require(found, !header(message, "ce_subject").isEmpty(), "no ce_subject");
    require(found, isTime(header(message, "ce_time")), "ce_time is no time");
    require(found, header(message, "ce_dataschema").equals(type.schemaUri()), "ce_dataschema");
    require(
        found,
        header(message, "content-type").equals("application/json; charset=utf-8"),
        "content-type");
    String version = header(message, "ce_aggregateversion");
    require(
        found,
        topic.commands() ? version.isEmpty() : version.matches("[1-9]\\d{0,18}"),
        "ce_aggregateversion is " + version);
    String trace = header(message, "traceparent");
    require(found, trace.isEmpty() || TRACEPARENT.matcher(trace).matches(), "traceparent");
    message.headers().keySet().stream()
        .filter(name -> !KNOWN.contains(name))
        .forEach(name -> found.add("header " + name + " is not announced"));
  }

  private void data(Message message, EventType type, List<String> found) {
    if (message.data() == null) {
      found.add("no data");
      return;
    }
    try {
      schemas
          .computeIfAbsent(type, EventConformance::schema)
          .validate(json.readTree(message.data()))
          .forEach(violation -> found.add(violation.toString()));
    } catch (JsonProcessingException e) {
      found.add("no JSON: " + e.getOriginalMessage());
    }
  }

  private static String header(Message message, String name) {
    return message.headers().getOrDefault(name, "");
  }

  private static void require(List<String> found, boolean holds, String otherwise) {
    if (!holds) {
      found.add(otherwise);
    }
  }

  private static boolean isTime(String text) {
    try {
      Instant.parse(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static JsonSchema schema(EventType type) {
    try (InputStream resource = EventType.class.getResourceAsStream(type.schemaResource())) {
      if (resource == null) {
        throw new IllegalStateException("no schema " + type.schemaResource());
      }
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(resource);
    } catch (IOException e) {
      throw new IllegalStateException("unreadable schema " + type.schemaResource(), e);
    }
  }
}
