package io.ordersystem.devstack.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * Keeps the first message of each type that a test comes by, as a golden sample, in the directory
 * that the system property {@code contracts.record} names. What is there already stays.
 */
public final class SampleRecorder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SampleRecorder() {}

  /** Writes the message as {@code TYPE/1.json} when there is no sample of its type yet. */
  public static void record(EventConformance.Message message) {
    String directory = System.getProperty("contracts.record");
    String data = message.data();
    if (directory == null || directory.isEmpty() || data == null) {
      return;
    }
    Path file = Path.of(directory, message.headers().get("ce_type"), "1.json");
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, sample(message, JSON.readTree(data)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sample(EventConformance.Message message, JsonNode data) throws IOException {
    ObjectNode sample = JSON.createObjectNode();
    sample.put("topic", message.topic()).put("key", message.key());
    ObjectNode headers = sample.putObject("headers");
    new TreeMap<>(message.headers()).forEach(headers::put);
    sample.set("data", data);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(sample) + "\n";
  }
}
