package io.ordersystem.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The AsyncAPI 3.1 document, made of what the services themselves run on: topics, event types,
 * schemas (as readers may rely on them) and golden samples.
 */
final class AsyncApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BINDING = "0.5.0";
  private static final String DESCRIPTION =
      """
      Orders, stock, payments and messages of a marketplace as events on Kafka: CloudEvents 1.0 in binary mode, attributes in headers, JSON in
      the value. Delivery is at least once and in order per key; `ce_id` is the same on every redelivery, and `ce_aggregateversion` counts the
      versions of a subject without a gap on `*.events.v1`. Within a version fields may be added, and values where `x-extensible` says so:
      ignore what you do not know. How to read them safely: docs/events.md.
      """;

  private AsyncApi() {}

  static ObjectNode document() {
    ObjectNode document = JSON.createObjectNode();
    document.put("asyncapi", "3.1.0");
    document
        .putObject("info")
        .put("title", "Order system events")
        .put("version", "1")
        .put("description", DESCRIPTION.replace("\n", " ").strip());
    document.put("defaultContentType", "application/json");
    servers(document.putObject("servers"));
    ObjectNode channels = document.putObject("channels");
    ObjectNode operations = document.putObject("operations");
    for (Topic topic : Topic.values()) {
      channel(channels.putObject(topic.topicName()), topic);
      operation(operations, topic, "send", topic.writer());
      topic.readers().forEach(reader -> operation(operations, topic, "receive", reader));
    }
    components(document.putObject("components"));
    return document;
  }

  private static void servers(ObjectNode servers) {
    servers
        .putObject("local")
        .put("host", "127.0.0.1:19092")
        .put("protocol", "kafka")
        .put("description", "What `./order-system up` starts; no authentication");
    ObjectNode cluster = servers.putObject("cluster");
    cluster
        .put("host", "order-system-kafka-bootstrap:9093")
        .put("protocol", "kafka-secure")
        .put("description", "A cluster with the chart's topics and users");
    cluster.putArray("security").add(ref("#/components/securitySchemes/scram"));
  }

  private static void channel(ObjectNode channel, Topic topic) {
    channel.put("address", topic.topicName());
    channel.put(
        "description",
        "%s. Keyed by %s. Written by %s%s."
            .formatted(
                topic.isPublic() ? "Public" : "Internal",
                topic.keyedBy(),
                topic.writer(),
                topic.readers().isEmpty()
                    ? ""
                    : ", read by " + String.join(", ", topic.readers())));
    ObjectNode messages = channel.putObject("messages");
    types(topic)
        .forEach(
            type -> messages.set(type.ceType(), ref("#/components/messages/" + type.ceType())));
    ObjectNode kafka = channel.putObject("bindings").putObject("kafka");
    kafka
        .put("topic", topic.topicName())
        .put("partitions", Topic.PARTITIONS)
        .put("replicas", Topic.REPLICAS);
    ObjectNode configuration = kafka.putObject("topicConfiguration");
    configuration.putArray("cleanup.policy").add(topic.compacted() ? "compact" : "delete");
    topic
        .settings()
        .forEach((name, value) -> {
          if (name.equals("retention.ms") || name.equals("delete.retention.ms")) {
            configuration.put(name, Long.parseLong(value));
          }
        });
    kafka.put("bindingVersion", BINDING);
  }

  private static void operation(ObjectNode operations, Topic topic, String action, String service) {
    ObjectNode operation =
        operations.putObject(service + "-" + action + "-" + topic.topicName().replace('.', '-'));
    operation.put("action", action);
    operation.set("channel", ref(channelPointer(topic)));
    operation.put("title", service + " " + action + "s " + topic.topicName());
    var messages = operation.putArray("messages");
    types(topic)
        .forEach(type -> messages.add(ref(channelPointer(topic) + "/messages/" + type.ceType())));
  }

  private static String channelPointer(Topic topic) {
    return "#/channels/" + topic.topicName();
  }

  private static void components(ObjectNode components) {
    components
        .putObject("securitySchemes")
        .putObject("scram")
        .put("type", "scramSha512")
        .put("description", "One user per service and consumer; the chart lists their rights");
    ObjectNode messages = components.putObject("messages");
    Set<Class<?>> data = new LinkedHashSet<>();
    for (EventType type : EventType.values()) {
      data.add(type.data());
      message(messages.putObject(type.ceType()), type);
    }
    ObjectNode schemas = components.putObject("schemas");
    headers(schemas.putObject("EventHeaders"), true);
    headers(schemas.putObject("CommandHeaders"), false);
    data.forEach(type -> schemas.set(type.getSimpleName(), schema(type)));
  }

  private static void message(ObjectNode message, EventType type) {
    message.put("name", type.ceType()).put("title", title(type)).put("summary", type.meaning());
    message.put("contentType", "application/json");
    message.set(
        "headers",
        ref(
            "#/components/schemas/"
                + (type.topic().commands() ? "CommandHeaders" : "EventHeaders")));
    message.set("payload", ref("#/components/schemas/" + type.data().getSimpleName()));
    ObjectNode kafka = message.putObject("bindings").putObject("kafka");
    kafka.putObject("key").put("type", "string").put("description", type.topic().keyedBy());
    kafka.put("bindingVersion", BINDING);
    var examples = message.putArray("examples");
    for (Path file : ContractFiles.below(ContractFiles.SAMPLES.resolve(type.ceType()))) {
      JsonNode sample = ContractFiles.read(file);
      ObjectNode example = examples.addObject();
      example.put("name", "sample-" + file.getFileName().toString().replace(".json", ""));
      example.set("headers", sample.required("headers"));
      example.set("payload", sample.required("data"));
    }
  }

  private static String title(EventType type) {
    return type.ceType().replaceFirst("^io\\.ordersystem\\.", "").replaceFirst("\\.v\\d+$", "");
  }

  private static void headers(ObjectNode schema, boolean event) {
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    text(properties, "ce_specversion", "CloudEvents").put("const", "1.0");
    text(properties, "ce_id", "UUIDv7, the same on every redelivery: drop what you have seen")
        .put("format", "uuid");
    text(properties, "ce_source", "The service that says it, such as /order-service");
    text(properties, "ce_type", "The kind of message, which names its data and version");
    text(properties, "ce_subject", "The aggregate that it is about");
    text(properties, "ce_time", "When it happened").put("format", "date-time");
    text(properties, "ce_dataschema", "A stable name of the data's schema");
    text(properties, "content-type", "application/json; charset=utf-8");
    if (event) {
      text(
              properties,
              "ce_aggregateversion",
              "Version of the subject: contiguous from 1 on *.events.v1, ascending on *.state.v1")
          .put("pattern", "^[1-9][0-9]*$");
    }
    text(
        properties,
        "ce_causationid",
        "The message that caused this one, or the request's Idempotency-Key or X-Request-Id");
    text(properties, "traceparent", "W3C trace context");
    var required = schema.putArray("required");
    List.of(
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_type",
            "ce_subject",
            "ce_time",
            "ce_dataschema",
            "content-type")
        .forEach(required::add);
    if (event) {
      required.add("ce_aggregateversion");
    }
  }

  private static ObjectNode text(ObjectNode properties, String name, String description) {
    return properties.putObject(name).put("type", "string").put("description", description);
  }

  private static ObjectNode schema(Class<?> data) {
    ObjectNode open =
        OpenTwin.of(
            ContractFiles.read(ContractFiles.SCHEMAS.resolve(data.getSimpleName() + ".v1.json")));
    open.remove("$schema");
    open.remove("$id");
    return open;
  }

  private static List<EventType> types(Topic topic) {
    return Arrays.stream(EventType.values()).filter(type -> type.topic() == topic).toList();
  }

  private static ObjectNode ref(String pointer) {
    return JSON.createObjectNode().put("$ref", pointer);
  }
}
