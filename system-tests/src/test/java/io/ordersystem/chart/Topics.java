package io.ordersystem.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ordersystem.contracts.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The topics of the code, in the words of the chart. */
final class Topics {
  private static final Pattern INCOMING =
      Pattern.compile(
          "^mp\\.messaging\\.incoming\\.([a-z-]+)\\.(topic|group\\.id)=(.+)$", Pattern.MULTILINE);

  private Topics() {}

  /** What {@code files/topics.yaml} must hold. */
  static String yaml() throws IOException {
    var groups = new TreeMap<String, Map<String, String>>();
    for (String service : ServiceEnvironment.services()) {
      groups.put(service, groupsOf(service));
    }
    var topics =
        Arrays.stream(Topic.values())
            .map(topic -> {
              Map<String, Object> entry = new LinkedHashMap<>();
              entry.put("name", topic.topicName());
              entry.put("writer", topic.writer());
              entry.put("readers", topic.readers());
              entry.put("groups", groupsOf(topic, groups));
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

  /** The consumer group of each service that reads a topic. */
  private static Map<String, String> groupsOf(
      Topic topic, Map<String, Map<String, String>> groups) {
    var readers = new TreeMap<String, String>();
    groups.forEach((service, ofTopics) -> {
      String group = ofTopics.get(topic.topicName());
      if (group != null) {
        readers.put(service, group);
      }
    });
    return readers;
  }

  /** What a service's own configuration makes it read. */
  static List<String> readBy(String service) throws IOException {
    return List.copyOf(groupsOf(service).keySet());
  }

  /** The topics that a service's own configuration makes it read, and in which group. */
  private static SortedMap<String, String> groupsOf(String service) throws IOException {
    Path configuration =
        Chart.FOLDER
            .resolve("../..")
            .resolve(service)
            .resolve("src/main/resources/application.properties");
    var topics = new HashMap<String, String>();
    var groups = new HashMap<String, String>();
    INCOMING
        .matcher(Files.readString(configuration))
        .results()
        .forEach(found ->
            (found.group(2).equals("topic") ? topics : groups)
                .put(found.group(1), found.group(3).strip()));
    var read = new TreeMap<String, String>();
    topics.forEach((channel, topic) -> read.put(topic, groups.getOrDefault(channel, "none")));
    return read;
  }
}
