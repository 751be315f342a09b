package io.ordersystem.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What may change between two closed schemas of one version of an event: optional additions, and
 * new values of an enumeration that says so by {@code x-extensible}. Everything else would break
 * somebody who has read the older one.
 */
final class Compatibility {
  /** What bounds a value: neither narrower nor wider, for readers store what we promised. */
  private static final List<String> BOUNDS =
      List.of(
          "type",
          "format",
          "pattern",
          "minimum",
          "maximum",
          "minLength",
          "maxLength",
          "minItems",
          "maxItems",
          "uniqueItems",
          "const");

  private final List<String> breaks = new ArrayList<>();

  private Compatibility() {}

  /** What breaks, one text each; empty when readers of the released schema can go on. */
  static List<String> breaks(JsonNode released, JsonNode current) {
    var comparison = new Compatibility();
    comparison.compare("", released, current);
    return comparison.breaks;
  }

  private void compare(String where, JsonNode released, JsonNode current) {
    for (String bound : BOUNDS) {
      if (!released.path(bound).equals(current.path(bound))) {
        add(where, "%s was %s, is %s", bound, released.path(bound), current.path(bound));
      }
    }
    compareValues(where, released, current);
    compareProperties(where, released, current);
    if (released.has("items")) {
      compare(where + "[]", released.path("items"), current.path("items"));
    }
  }

  private void compareValues(String where, JsonNode released, JsonNode current) {
    if (!released.has("enum")) {
      if (current.has("enum")) {
        add(where, "values were free, are %s", current.path("enum"));
      }
      return;
    }
    Set<String> was = texts(released.path("enum"));
    Set<String> is = texts(current.path("enum"));
    boolean extensible = released.path("x-extensible").asBoolean();
    if (extensible != current.path("x-extensible").asBoolean()) {
      add(where, "x-extensible changed");
    }
    for (String value : was) {
      JsonNode meaning = released.path("x-meanings").path(value);
      if (!is.contains(value)) {
        add(where, "value %s is gone", value);
      } else if (!meaning.equals(current.path("x-meanings").path(value))) {
        add(where, "the meaning of %s changed", value);
      }
    }
    is.removeAll(was);
    if (!is.isEmpty() && !extensible) {
      add(where, "values %s are new, but it is not x-extensible", is);
    }
  }

  private void compareProperties(String where, JsonNode released, JsonNode current) {
    Set<String> required = texts(released.path("required"));
    Set<String> requiredNow = texts(current.path("required"));
    released
        .path("properties")
        .fields()
        .forEachRemaining(property -> {
          String name = property.getKey();
          String inner = where + "/" + name;
          JsonNode now = current.path("properties").path(name);
          if (now.isMissingNode()) {
            add(inner, "is gone");
            return;
          }
          if (required.contains(name) != requiredNow.contains(name)) {
            add(
                inner,
                "was %s, is not any more",
                required.contains(name) ? "required" : "optional");
          }
          compare(inner, property.getValue(), now);
        });
    current
        .path("properties")
        .fields()
        .forEachRemaining(property -> {
          boolean isNew = !released.path("properties").has(property.getKey());
          if (isNew
              && requiredNow.contains(property.getKey())
              && !property.getValue().has("x-since")) {
            add(
                where + "/" + property.getKey(),
                "is new and required without x-since: events from before it have none");
          }
        });
  }

  private void add(String where, String what, Object... values) {
    breaks.add((where.isEmpty() ? "/" : where) + ": " + what.formatted(values));
  }

  private static Set<String> texts(JsonNode array) {
    var texts = new HashSet<String>();
    array.forEach(value -> texts.add(value.asText()));
    return texts;
  }
}
