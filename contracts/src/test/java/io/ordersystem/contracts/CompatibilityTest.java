package io.ordersystem.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Whoever has read a released schema goes on when we change ours: additions only, old events read
 * by new code, new events by the last released schema. What was released stays as it is, byte for
 * byte.
 */
class CompatibilityTest {
  private static final String ORDER = "OrderChanged.v1.json";
  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  @TestFactory
  Stream<DynamicTest> everySchemaOnlyAddsToItsLastRelease() {
    return ContractFiles.below(ContractFiles.lastRelease()).stream()
        .map(file ->
            DynamicTest.dynamicTest(
                file.getFileName().toString(),
                () ->
                    assertThat(
                            Compatibility.breaks(
                                ContractFiles.read(file),
                                ContractFiles.read(
                                    ContractFiles.SCHEMAS.resolve(file.getFileName()))))
                        .isEmpty()));
  }

  /** Each change that would break a reader, made to a released schema. */
  @TestFactory
  Stream<DynamicTest> everyPlantedBreakIsFound() {
    var breaks = new TreeMap<String, Consumer<ObjectNode>>();
    breaks.put("removed", order -> properties(order).remove("sellerId"));
    breaks.put(
        "renamed",
        order -> properties(order).set("merchantId", properties(order).remove("sellerId")));
    breaks.put("retyped", order -> property(order, "totalAmount").put("type", "string"));
    breaks.put("tightened pattern", order -> property(order, "customerId").put("pattern", "^c-"));
    breaks.put("tightened minimum", order -> property(order, "totalAmount").put("minimum", 1));
    breaks.put("loosened length", order -> property(order, "orderNumber").remove("maxLength"));
    breaks.put("made optional", order -> ((ArrayNode) order.get("required")).remove(0));
    breaks.put("made required", order -> ((ArrayNode) order.get("required")).add("cancelReason"));
    breaks.put(
        "changed meaning of a value",
        order ->
            ((ObjectNode) property(order, "status").get("x-meanings")).put("SHIPPED", "Packed"));
    breaks.put(
        "value removed", order -> ((ArrayNode) property(order, "status").get("enum")).remove(0));
    breaks.put(
        "value added where readers do not expect it",
        order -> ((ArrayNode) property(order, "status").get("enum")).add("LOST"));
    breaks.put(
        "value list introduced", order -> property(order, "currency").putArray("enum").add("EUR"));
    breaks.put(
        "required addition without x-since",
        order -> {
          properties(order).putObject("channel").put("type", "string");
          ((ArrayNode) order.get("required")).add("channel");
        });
    breaks.put(
        "inside a list",
        order -> properties((ObjectNode) property(order, "items").get("items")).remove("quantity"));
    JsonNode released = ContractFiles.read(ContractFiles.lastRelease().resolve(ORDER));
    return breaks.entrySet().stream()
        .map(planted ->
            DynamicTest.dynamicTest(
                planted.getKey(),
                () -> {
                  ObjectNode broken = released.deepCopy();
                  planted.getValue().accept(broken);
                  assertThat(Compatibility.breaks(released, broken)).isNotEmpty();
                }));
  }

  @Test
  void additionsAreNoBreak() {
    ObjectNode released =
        (ObjectNode) ContractFiles.read(ContractFiles.lastRelease().resolve(ORDER));
    ObjectNode current = released.deepCopy();
    properties(current).putObject("giftWrap").put("type", "boolean");
    properties(current).putObject("channel").put("type", "string").put("x-since", 2);
    ((ArrayNode) current.get("required")).add("channel");
    ((ArrayNode) property(current, "cancelReason").get("enum")).add("FRAUD");
    assertThat(Compatibility.breaks(released, current)).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> everyOpenTwinIsFresh() {
    return dataNames()
        .map(name -> {
          Path open = ContractFiles.SCHEMAS.resolve("open").resolve(name);
          String expected =
              ContractFiles.pretty(
                  OpenTwin.of(ContractFiles.read(ContractFiles.SCHEMAS.resolve(name))));
          return DynamicTest.dynamicTest(
              name,
              () -> {
                if (ContractFiles.refreshing()) {
                  ContractFiles.write(open, expected);
                }
                assertThat(ContractFiles.text(open)).isEqualTo(expected);
              });
        });
  }

  /** A reader that takes fields and values it does not know survives our next release. */
  @Test
  void theOpenTwinTakesWhatTheNextReleaseMayAdd() throws IOException {
    var sample =
        (ObjectNode)
            data(ContractFiles.SAMPLES.resolve("io.ordersystem.order.cancelled.v1/1.json"));
    sample.put("giftWrap", true);
    sample.put("cancelReason", "FRAUD");
    ((ObjectNode) sample.get("items").get(0)).put("weight", 12);
    assertThat(violations(ContractFiles.SCHEMAS.resolve("open").resolve(ORDER), sample)).isEmpty();
    assertThat(violations(ContractFiles.SCHEMAS.resolve(ORDER), sample)).hasSize(3);
  }

  @TestFactory
  Stream<DynamicTest> everySampleIsReadByTheNewCodeAndByTheLastRelease() {
    return ContractFiles.below(ContractFiles.SAMPLES).stream()
        .map(file -> DynamicTest.dynamicTest(name(file), () -> readable(file)));
  }

  private void readable(Path file) throws IOException {
    EventType type = EventType.of(ContractFiles.typeOf(file)).orElseThrow();
    JsonNode data = data(file);
    assertThat(json.treeToValue(data, type.data())).isNotNull();
    String schema = type.data().getSimpleName() + ".v1.json";
    assertThat(violations(ContractFiles.SCHEMAS.resolve("open").resolve(schema), data)).isEmpty();
    Path released = ContractFiles.lastRelease().resolve(schema);
    if (Files.exists(released)) { // Data that is new since then has no reader of that release.
      assertThat(violations(OpenTwin.of(ContractFiles.read(released)), data)).isEmpty();
    }
  }

  @Test
  void everyTypeHasASample() {
    List<String> without =
        Arrays.stream(EventType.values())
            .map(EventType::ceType)
            .filter(type -> ContractFiles.below(ContractFiles.SAMPLES.resolve(type)).isEmpty())
            .toList();
    assertThat(without).isEmpty();
  }

  /**
   * Samples and released schemas are only ever added to. With {@code -Dcontracts.refresh=true} new
   * files are listed; a listed one that changed fails also then.
   */
  @Test
  void whatWasReleasedIsFrozen() {
    var frozen = new TreeMap<String, String>();
    ContractFiles.text(ContractFiles.FROZEN)
        .lines()
        .forEach(line -> frozen.put(line.substring(66), line.substring(0, 64)));
    var files = new ArrayList<>(ContractFiles.below(ContractFiles.SAMPLES));
    files.addAll(ContractFiles.below(ContractFiles.RELEASED));
    var present = new TreeMap<String, String>();
    files.forEach(file -> present.put(name(file), ContractFiles.sha256(file)));
    if (ContractFiles.refreshing()) {
      present.forEach(frozen::putIfAbsent);
      var lines = new StringBuilder();
      frozen.forEach((file, hash) -> lines.append(hash).append("  ").append(file).append('\n'));
      ContractFiles.write(ContractFiles.FROZEN, lines.toString());
    }
    assertThat(present).isEqualTo(frozen);
  }

  private static Stream<String> dataNames() {
    return Arrays.stream(EventType.values())
        .map(type -> type.data().getSimpleName() + ".v1.json")
        .distinct();
  }

  private static JsonNode data(Path sample) {
    return ContractFiles.read(sample).required("data");
  }

  private static List<String> violations(Path schema, JsonNode data) {
    return violations(ContractFiles.read(schema), data);
  }

  private static List<String> violations(JsonNode schema, JsonNode data) {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(schema)
        .validate(data)
        .stream()
        .map(Object::toString)
        .toList();
  }

  private static String name(Path file) {
    return ContractFiles.RESOURCES.relativize(file).toString();
  }

  private static ObjectNode properties(ObjectNode schema) {
    return (ObjectNode) schema.get("properties");
  }

  private static ObjectNode property(ObjectNode schema, String name) {
    return (ObjectNode) properties(schema).get(name);
  }
}
