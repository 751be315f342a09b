package io.ordersystem.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A schema of a contract: which values it has places for, and a document that fits it with one
 * value in one of them. Fails on a kind of schema that it does not know rather than pass over it.
 */
final class RequestSchema {
  /** What the description makes of a body that takes any JSON. */
  private static final String ANY_JSON = "#/components/schemas/JsonNode";

  /** Places in a body of any JSON: nobody's member, an element, and those of a merge patch. */
  private static final List<List<String>> OF_ANY_JSON =
      List.of(
          List.of("note"),
          List.of("notes", "0"),
          List.of("contact", "name"),
          List.of("contact", "email"),
          List.of("shippingAddress", "line1"));

  /** Short texts of which one fits every pattern that a contract has. */
  private static final List<String> TEXTS =
      List.of("EUR", "DE", "en", "x1", "0190a000-0000-7000-8000-000000000001");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final JsonNode contract;
  private final JsonNode root;

  RequestSchema(JsonNode contract, JsonNode root) {
    this.contract = contract;
    this.root = root;
  }

  /**
   * Where a value stands.
   *
   * @param steps names of members and indexes of elements
   * @param text whether it is a text; else a number or a boolean
   */
  record Place(List<String> steps, boolean text) {
    String pointer() {
      return String.join("", steps.stream().map(step -> "/" + step).toList());
    }

    /** An element of an array is called as the array is. */
    String name() {
      return steps.reversed().stream().filter(step -> !step.equals("0")).findFirst().orElse("");
    }
  }

  /** Every place that it has for a value. */
  List<Place> places() {
    var places = new ArrayList<Place>();
    collect(root, List.of(), new HashSet<>(), places);
    return places;
  }

  /** The smallest document that fits, with that value. */
  JsonNode document(Place place, JsonNode value) {
    return document(root, place.steps(), value);
  }

  /** The smallest document that fits. */
  JsonNode document() {
    return smallest(root);
  }

  private void collect(JsonNode schema, List<String> steps, Set<String> above, List<Place> places) {
    if (isAnyJson(schema)) {
      OF_ANY_JSON.forEach(more -> places.add(new Place(joined(steps, more), true)));
      return;
    }
    String reference = schema.path("$ref").asText();
    if (!reference.isEmpty()) {
      if (above.add(reference)) {
        collect(resolved(schema), steps, above, places);
        above.remove(reference);
      }
      return;
    }
    switch (schema.path("type").asText()) {
      case "object" -> {
        schema
            .path("properties")
            .fields()
            .forEachRemaining(member ->
                collect(member.getValue(), joined(steps, List.of(member.getKey())), above, places));
        if (schema.path("additionalProperties").isObject()) {
          collect(
              schema.path("additionalProperties"),
              joined(steps, List.of("anything")),
              above,
              places);
        }
      }
      case "array" -> collect(schema.path("items"), joined(steps, List.of("0")), above, places);
      case "string" -> places.add(new Place(steps, true));
      case "integer", "number", "boolean" -> places.add(new Place(steps, false));
      default -> throw new AssertionError("no probe is known for the schema " + schema);
    }
  }

  private JsonNode document(JsonNode given, List<String> steps, JsonNode value) {
    if (steps.isEmpty()) {
      return value;
    }
    String step = steps.getFirst();
    List<String> further = steps.subList(1, steps.size());
    if (isAnyJson(given)) {
      return step.equals("0")
          ? JSON.arrayNode().add(document(given, further, value))
          : JSON.objectNode().set(step, document(given, further, value));
    }
    JsonNode schema = resolved(given);
    if (schema.path("type").asText().equals("array")) {
      return JSON.arrayNode().add(document(schema.path("items"), further, value));
    }
    JsonNode member =
        schema.path("properties").has(step)
            ? schema.path("properties").path(step)
            : schema.path("additionalProperties");
    return ((ObjectNode) smallest(schema)).set(step, document(member, further, value));
  }

  private JsonNode smallest(JsonNode given) {
    if (isAnyJson(given)) {
      return JSON.objectNode();
    }
    JsonNode schema = resolved(given);
    return switch (schema.path("type").asText()) {
      case "object" -> {
        ObjectNode object = JSON.objectNode();
        for (JsonNode name : schema.path("required")) {
          object.set(name.asText(), smallest(schema.path("properties").path(name.asText())));
        }
        yield object;
      }
      case "array" -> {
        ArrayNode array = JSON.arrayNode();
        yield array.add(smallest(schema.path("items")));
      }
      case "integer", "number" -> IntNode.valueOf(Math.max(1, schema.path("minimum").asInt(1)));
      case "boolean" -> JSON.booleanNode(true);
      default -> TextNode.valueOf(text(schema));
    };
  }

  private static String text(JsonNode schema) {
    if (schema.has("enum")) {
      return schema.path("enum").get(0).asText();
    }
    if (schema.path("format").asText().equals("date-time")) {
      return schema.path("examples").path(0).asText("2026-01-01T00:00:00Z");
    }
    String pattern = schema.path("pattern").asText(".*");
    return TEXTS.stream()
        .filter(text -> text.matches(pattern) || pattern.equals("\\S"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no text of ours fits " + schema));
  }

  private static boolean isAnyJson(JsonNode schema) {
    return schema.isObject() && (schema.isEmpty() || schema.path("$ref").asText().equals(ANY_JSON));
  }

  private JsonNode resolved(JsonNode schema) {
    String reference = schema.path("$ref").asText();
    if (reference.isEmpty()) {
      return schema;
    }
    JsonNode found = contract.at(reference.substring(1));
    if (found.isMissingNode()) {
      throw new AssertionError("nothing is at " + reference);
    }
    return found;
  }

  private static List<String> joined(List<String> steps, List<String> more) {
    return Stream.concat(steps.stream(), more.stream()).toList();
  }
}
