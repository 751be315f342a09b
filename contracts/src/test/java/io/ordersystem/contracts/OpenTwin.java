package io.ordersystem.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The schema that a reader may rely on, derived from the closed one that a producer must satisfy:
 * fields and, where it says so, values may be added, and what a later release has made required
 * ({@code x-since}) is missing in older events.
 */
final class OpenTwin {
  private OpenTwin() {}

  static ObjectNode of(JsonNode closed) {
    ObjectNode open = closed.deepCopy();
    open(open);
    open.put("$id", closed.path("$id").asText() + ":open");
    return open;
  }

  private static void open(ObjectNode schema) {
    schema.remove("additionalProperties");
    if (schema.path("x-extensible").asBoolean()) {
      schema.remove("enum");
    }
    if (schema.get("required") instanceof ArrayNode required) {
      var since = schema.path("properties");
      var kept = schema.arrayNode();
      required.forEach(name -> {
        if (!since.path(name.asText()).has("x-since")) {
          kept.add(name);
        }
      });
      schema.set("required", kept);
    }
    schema
        .path("properties")
        .forEach(property -> {
          if (property instanceof ObjectNode inner) {
            open(inner);
          }
        });
    if (schema.get("items") instanceof ObjectNode items) {
      open(items);
    }
  }
}
