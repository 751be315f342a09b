package io.ordersystem.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The records and the schemas are two spellings of one contract. */
class SchemasTest {
  private final ObjectMapper json = new ObjectMapper();

  @ParameterizedTest
  @EnumSource(EventType.class)
  void everySchemaNamesTheComponentsOfItsRecordAndNothingElse(EventType type) throws IOException {
    assertThat(differences(type.data(), schema(type), type.data().getSimpleName())).isEmpty();
  }

  @Test
  void aFieldThatOnlyTheRecordHasIsFound() throws IOException {
    record Wider(String orderId, String reason, String surprise) {}
    assertThat(differences(Wider.class, schema(EventType.VOID_PAYMENT), "VoidPayment"))
        .containsExactly(
            "VoidPayment: record [orderId, reason, surprise], schema [orderId, reason]");
  }

  @Test
  void aFieldThatMayBeAbsentInOneButNotInTheOtherIsFound() throws IOException {
    record Looser(String orderId, @Nullable String reason) {}
    assertThat(differences(Looser.class, schema(EventType.VOID_PAYMENT), "VoidPayment"))
        .containsExactly("VoidPayment: record needs [orderId], schema needs [orderId, reason]");
  }

  @Test
  void typesAndTopicsAreNamedByTheRule() {
    assertThat(Arrays.stream(EventType.values()).map(EventType::ceType))
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("io\\.ordersystem\\.[a-z]+\\.[a-z-]+\\.v1"));
    assertThat(Arrays.stream(Topic.values()).map(Topic::topicName))
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[a-z]+\\.[a-z]+\\.(events|commands|state)\\.v1"));
  }

  private JsonNode schema(EventType type) throws IOException {
    try (var resource = EventType.class.getResourceAsStream(type.schemaResource())) {
      return json.readTree(resource);
    }
  }

  private static List<String> differences(Class<?> record, JsonNode schema, String where) {
    var differences = new ArrayList<String>();
    if (!schema.path("additionalProperties").isBoolean()
        || schema.path("additionalProperties").asBoolean()) {
      differences.add(where + ": the schema is open");
    }
    List<String> components =
        Arrays.stream(record.getRecordComponents()).map(RecordComponent::getName).sorted().toList();
    var properties = new ArrayList<String>();
    schema.path("properties").fieldNames().forEachRemaining(properties::add);
    properties.sort(null);
    if (!components.equals(properties)) {
      differences.add(where + ": record " + components + ", schema " + properties);
      return differences;
    }
    Set<String> needed = new HashSet<>();
    schema.path("required").forEach(name -> needed.add(name.asText()));
    List<String> neededByRecord =
        Arrays.stream(record.getRecordComponents())
            .filter(component -> !isNullable(component))
            .map(RecordComponent::getName)
            .sorted()
            .toList();
    if (!needed.equals(new HashSet<>(neededByRecord))) {
      differences.add(
          where
              + ": record needs "
              + neededByRecord
              + ", schema needs "
              + needed.stream().sorted().collect(Collectors.toList()));
    }
    for (RecordComponent component : record.getRecordComponents()) {
      nested(component)
          .ifPresent(inner -> {
            JsonNode property = schema.path("properties").path(component.getName());
            JsonNode innerSchema = property.has("items") ? property.get("items") : property;
            differences.addAll(differences(inner, innerSchema, where + "." + component.getName()));
          });
    }
    return differences;
  }

  private static boolean isNullable(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static java.util.Optional<Class<?>> nested(RecordComponent component) {
    Type type = component.getGenericType();
    if (type instanceof ParameterizedType list) {
      type = list.getActualTypeArguments()[0];
    }
    return type instanceof Class<?> candidate && candidate.isRecord()
        ? java.util.Optional.of(candidate)
        : java.util.Optional.empty();
  }
}
