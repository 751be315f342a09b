package io.ordersystem.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** One rendered object: the text that Helm wrote, and what it says. */
record Manifest(String text, JsonNode json) {

  /** Where a deployment describes its pods. */
  static final String POD = "/spec/template/spec";

  private static final YAMLMapper YAML = new YAMLMapper();

  static Manifest parse(String text) {
    try {
      return new Manifest(text, YAML.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not YAML: " + text, e);
    }
  }

  /** The objects of a stream of documents; comments and empty documents are none. */
  static List<Manifest> parseAll(String stream) {
    return Arrays.stream(stream.split("(?m)^---\\s*$", -1))
        .map(document -> document.replaceAll("(?m)^# Source: .*\\n", "").strip())
        .filter(document -> !document.isEmpty())
        .map(Manifest::parse)
        .filter(manifest -> manifest.json.isObject())
        .toList();
  }

  /** The same object with one value replaced, to see a rule fail. The pointer's parent exists. */
  Manifest with(String pointer, Object value) {
    var copy = json.deepCopy();
    var slash = pointer.lastIndexOf('/');
    if (copy.at(pointer.substring(0, slash)) instanceof ObjectNode parent) {
      parent.set(pointer.substring(slash + 1).replace("~1", "/"), YAML.valueToTree(value));
      return new Manifest(text, copy);
    }
    throw new IllegalArgumentException("no object at the parent of " + pointer + " in " + label());
  }

  /** The same object without one value, to see a rule fail. */
  Manifest without(String pointer) {
    var copy = json.deepCopy();
    var slash = pointer.lastIndexOf('/');
    if (copy.at(pointer.substring(0, slash)) instanceof ObjectNode parent
        && parent.remove(pointer.substring(slash + 1).replace("~1", "/")) != null) {
      return new Manifest(text, copy);
    }
    throw new IllegalArgumentException("nothing to remove at " + pointer + " in " + label());
  }

  /** The Job that a CronJob makes, under its name. */
  Manifest jobOfCronJob() {
    var job = json.deepCopy();
    if (job instanceof ObjectNode object) {
      object.put("kind", "Job");
      object.set("spec", json.at("/spec/jobTemplate/spec"));
    }
    return new Manifest(text, job);
  }

  String kind() {
    return string("/kind");
  }

  String name() {
    return string("/metadata/name");
  }

  /** Which service it belongs to. */
  String component() {
    return json.at("/metadata/labels").path("app.kubernetes.io/component").asText();
  }

  String string(String pointer) {
    return json.at(pointer).asText();
  }

  Stream<JsonNode> each(String pointer) {
    return json.at(pointer).valueStream();
  }

  Stream<JsonNode> containers() {
    return Stream.concat(each(POD + "/containers"), each(POD + "/initContainers"));
  }

  static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }

  /** One field of every object of an array. */
  static List<String> texts(JsonNode array, String field) {
    return array.valueStream().map(it -> it.path(field).asText()).toList();
  }

  /** Kind and name, as they start every finding. */
  String label() {
    return kind() + " " + name();
  }
}
