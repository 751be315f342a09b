package io.ordersystem.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The AsyncAPI document says what the code does, and nothing else. */
class AsyncApiTest {
  private static final Path ROOT = Path.of(System.getProperty("order-system.root"));
  private static final Path FILE = ROOT.resolve("docs/api/asyncapi.yaml");
  private final YAMLMapper yaml =
      new YAMLMapper(
          YAMLFactory.builder()
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .build());

  @Test
  void theDocumentIsFresh() throws IOException {
    String expected = yaml.writeValueAsString(AsyncApi.document());
    if (ContractFiles.refreshing()) {
      ContractFiles.write(FILE, expected);
    }
    assertThat(ContractFiles.text(FILE)).isEqualTo(expected);
  }

  @Test
  void itNamesExactlyTheEventsThatAreProduced() throws IOException {
    JsonNode document = yaml.readTree(FILE.toFile());
    var named = new ArrayList<String>();
    document.path("components").path("messages").fieldNames().forEachRemaining(named::add);
    // Samples come from the services themselves, each type from its own producer.
    List<String> produced =
        ContractFiles.below(ContractFiles.SAMPLES).stream()
            .map(file -> ContractFiles.typeOf(file))
            .distinct()
            .toList();
    assertThat(named).containsExactlyInAnyOrderElementsOf(produced);
    var sent = new ArrayList<String>();
    document
        .path("operations")
        .forEach(operation -> {
          if (operation.path("action").asText().equals("send")) {
            operation
                .path("messages")
                .forEach(message ->
                    sent.add(message.path("$ref").asText().replaceFirst(".*/messages/", "")));
          }
        });
    assertThat(sent).containsExactlyInAnyOrderElementsOf(produced);
  }

  /** The guide for readers lists every topic and every type, by its short name. */
  @Test
  void theGuideNamesThemToo() throws IOException {
    String guide = Files.readString(ROOT.resolve("docs/events.md"));
    assertThat(guide).contains(Arrays.stream(Topic.values()).map(Topic::topicName).toList());
    assertThat(guide)
        .contains(
            Arrays.stream(EventType.values())
                .map(type -> type.ceType().replaceAll("^io\\.ordersystem\\.|\\.v1$", ""))
                .map(name -> "`" + name + "`")
                .toList());
  }

  /** Its table of rights is what the topics say, and the chart grants. */
  @Test
  void theGuideTellsWhoMayDoWhat() throws IOException {
    String guide = Files.readString(ROOT.resolve("docs/events.md"));
    assertThat(guide)
        .contains(
            Arrays.stream(Topic.values())
                .map(Topic::writer)
                .distinct()
                .map(service ->
                    "| %s | %s | %s |"
                        .formatted(
                            service,
                            names(topic -> topic.writer().equals(service)),
                            names(topic -> topic.readers().contains(service))))
                .toList());
  }

  private static String names(Predicate<Topic> which) {
    return Arrays.stream(Topic.values())
        .filter(which)
        .map(topic -> "`" + topic.topicName() + "`")
        .collect(Collectors.joining(" "));
  }
}
