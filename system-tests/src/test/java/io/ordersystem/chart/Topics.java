package io.ordersystem.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ordersystem.contracts.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The topics of the code, in the words of the chart. */
final class Topics {
  private static final Pattern INCOMING =
      Pattern.compile("^mp\\.messaging\\.incoming\\.[a-z-]+\\.topic=(.+)$", Pattern.MULTILINE);

  private Topics() {}

  /** What {@code files/topics.yaml} must hold. */
  static String yaml() {
    var topics =
        Arrays.stream(Topic.values())
            .map(topic -> {
              Map<String, Object> entry = new LinkedHashMap<>();
              entry.put("name", topic.topicName());
              entry.put("writer", topic.writer());
              entry.put("readers", topic.readers());
              entry.put("config", topic.settings());
              return entry;
            })
            .toList();
    Map<String, Object> contract = new LinkedHashMap<>();
    contract.put("partitions", Topic.PARTITIONS);
    contract.put(
        "services", Arrays.stream(Topic.values()).map(Topic::writer).distinct().sorted().toList());
    contract.put("topics", topics);
    try {
      return "# Written by ChartTest from io.ordersystem.contracts.Topic. Do not edit.\n"
          + new YAMLMapper().writeValueAsString(contract).replaceFirst("^---\n", "");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a service's own configuration makes it read. */
  static List<String> readBy(String service) throws IOException {
    Path configuration =
        Chart.FOLDER
            .resolve("../..")
            .resolve(service)
            .resolve("src/main/resources/application.properties");
    return INCOMING
        .matcher(Files.readString(configuration))
        .results()
        .map(found -> found.group(1).strip())
        .sorted()
        .toList();
  }
}
