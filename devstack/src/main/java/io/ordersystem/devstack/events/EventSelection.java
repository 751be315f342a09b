package io.ordersystem.devstack.events;

import io.ordersystem.contracts.Topic;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which messages a command is about. */
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
final class EventSelection {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--topic",
      description = "A topic's name; may come several times. Without it: the public topics.")
  private List<String> topics = new ArrayList<>();

  @Option(names = "--key", description = "Only messages with this key.")
  private @Nullable String key;

  @Option(
      names = "--from",
      description = "Only messages that were written at this RFC 3339 time (UTC) or later.")
  private @Nullable String from;

  /** Whether it says which topics. */
  boolean namesTopics() {
    return !topics.isEmpty();
  }

  /** The topics that are meant. */
  List<Topic> topics() {
    if (topics.isEmpty()) {
      return Arrays.stream(Topic.values()).filter(Topic::isPublic).toList();
    }
    return topics.stream().map(this::topic).distinct().toList();
  }

  private Topic topic(String name) {
    try {
      return Topic.named(name);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "%s; there are %s"
              .formatted(
                  e.getMessage(), Arrays.stream(Topic.values()).map(Topic::topicName).toList()));
    }
  }

  /** When the first one was written; null for the beginning. */
  @Nullable Instant from() {
    try {
      return from == null ? null : Instant.parse(from);
    } catch (DateTimeParseException e) {
      throw new ParameterException(
          spec.commandLine(), "--from must be a time such as 2026-11-25T10:00:00Z");
    }
  }

  boolean matches(@Nullable String messageKey) {
    return key == null || key.equals(messageKey);
  }
}
