package io.ordersystem.devstack.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.Management;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code events}: looks into the topics, exports them, sends messages again, rebuilds projections.
 */
@Command(
    name = "events",
    description = "Read, export and repeat events; rebuild what is made of them.",
    subcommands = {
      EventsCommand.Tail.class,
      EventsCommand.Export.class,
      EventsCommand.Replay.class,
      EventsCommand.Rebuild.class,
      EventsCommand.Publish.class
    })
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class EventsCommand implements Runnable {
  private static final Duration LONGEST = Duration.ofHours(12);
  private static final int SENT_AT_ONCE = 1_000;

  /** Less than what inboxes remember (two whole months). */
  private static final Duration REMEMBERED = Duration.ofDays(55);

  /** What one replay holds in memory. */
  private static final int MOST_REPLAYED = 500_000;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static String bootstrapServers() {
    return "127.0.0.1:" + LocalPort.KAFKA.number();
  }

  /** {@code events tail}. */
  @Command(
      name = "tail",
      description = "Print messages, one line each, and those that come. Ends with Ctrl-C.")
  static final class Tail implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private EventSelection selection;

    @Option(names = "--for", description = "End after so many seconds (12 hours).")
    private @Nullable Integer seconds;

    @Option(names = "--once", description = "End at what is the end now.")
    private boolean once;

    @Option(names = "--data", description = "Print the data, too.")
    private boolean data;

    @Override
    public Integer call() {
      Instant from = selection.from();
      // Who only wants to watch is not told the past.
      Instant start = from == null && !once ? Instant.now() : from;
      try (var reader = new EventReader(bootstrapServers(), selection.topics(), start)) {
        if (once) {
          reader.toTheEnd(this::print);
        } else {
          reader.follow(seconds == null ? LONGEST : Duration.ofSeconds(seconds), this::print);
        }
      }
      return 0;
    }

    private void print(ConsumerRecord<String, byte[]> record) {
      if (!selection.matches(record.key())) {
        return;
      }
      Map<String, String> headers = MessageLine.headers(record);
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "%s %s %s %s v%s %s%n",
          headers.getOrDefault("ce_time", Instant.ofEpochMilli(record.timestamp()).toString()),
          record.topic(),
          record.key(),
          headers.getOrDefault("ce_type", record.value() == null ? "tombstone" : "no-type"),
          headers.getOrDefault("ce_aggregateversion", "-"),
          data && record.value() != null ? new String(record.value(), UTF_8) : "");
      out.flush();
    }
  }

  /** {@code events export}. */
  @Command(
      name = "export",
      description = "Write messages to a file, one JSON line each, up to what is the end now.")
  static final class Export implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private EventSelection selection;

    @Parameters(paramLabel = "FILE", description = "Must not be there yet.")
    private Path file;

    private long written;

    @Override
    public Integer call() {
      if (Files.exists(file)) {
        throw new ParameterException(spec.commandLine(), file + " is there already");
      }
      try (var reader = new EventReader(bootstrapServers(), selection.topics(), selection.from());
          var out = new PrintWriter(Files.newBufferedWriter(file))) {
        reader.toTheEnd(record -> {
          if (selection.matches(record.key())) {
            out.println(MessageLine.of(record).text());
            written++;
          }
        });
        if (out.checkError()) {
          throw new IOException("could not write " + file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      spec.commandLine().getOut().printf("%d messages in %s%n", written, file);
      return 0;
    }
  }

  /** {@code events replay}. */
  @Command(
      name = "replay",
      description = {
        "Send messages again to their topics, byte for byte and in order, from an export or from the topics themselves.",
        "Consumers that have seen them drop them by their id, which they remember for two months: older ones are refused, as are those without an id.",
        "State topics are refused: an old state would outlive the newer one there."
      })
  static final class Replay implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private EventSelection selection;

    @Option(names = "--file", description = "An export; without it the topics are read.")
    private @Nullable Path file;

    @Option(names = "--dry-run", description = "Only count.")
    private boolean dryRun;

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
      if (file == null && !selection.namesTopics()) {
        throw new ParameterException(
            spec.commandLine(), "name what is to be sent again: --topic or --file");
      }
      List<MessageLine> lines = file == null ? ofTopics() : ofFile(file);
      requireRoom(lines.size());
      lines.forEach(this::requireHarmless);
      if (!dryRun) {
        send(lines);
      }
      spec.commandLine()
          .getOut()
          .printf("%d messages %s%n", lines.size(), dryRun ? "would be sent" : "sent again");
      return 0;
    }

    /** What consumers would not recognise, or what would outlive something newer. */
    private void requireHarmless(MessageLine line) {
      if (Topic.named(line.topic()).compacted()) {
        throw new ParameterException(
            spec.commandLine(), line.topic() + " is a state topic: rebuild its projections");
      }
      if (!line.headers().containsKey("ce_id")) {
        throw new ParameterException(
            spec.commandLine(),
            "%s-%d@%d has no ce_id, by which consumers would know it; choose by --key or --from"
                .formatted(line.topic(), line.partition(), line.offset()));
      }
      if (line.timestamp() < System.currentTimeMillis() - REMEMBERED.toMillis()) {
        throw new ParameterException(
            spec.commandLine(),
            "%s-%d@%d is older than %d days: consumers may have forgotten that they have seen it"
                .formatted(line.topic(), line.partition(), line.offset(), REMEMBERED.toDays()));
      }
    }

    private void requireRoom(int messages) {
      if (messages > MOST_REPLAYED) {
        throw new ParameterException(
            spec.commandLine(),
            "more than %d messages: choose fewer by --topic, --key or --from"
                .formatted(MOST_REPLAYED));
      }
    }

    private List<MessageLine> ofTopics() {
      var lines = new ArrayList<MessageLine>();
      try (var reader = new EventReader(bootstrapServers(), selection.topics(), selection.from())) {
        reader.toTheEnd(record -> {
          if (selection.matches(record.key())) {
            lines.add(MessageLine.of(record));
            requireRoom(lines.size());
          }
        });
      }
      return lines;
    }

    private List<MessageLine> ofFile(Path export) {
      var topics = selection.topics().stream().map(Topic::topicName).toList();
      boolean all = !selection.namesTopics();
      Instant from = selection.from();
      try (var text = Files.lines(export)) {
        return text.map(MessageLine::parse)
            .filter(line -> all || topics.contains(line.topic()))
            .filter(line -> selection.matches(line.key()))
            .filter(line -> from == null || line.timestamp() >= from.toEpochMilli())
            .limit(MOST_REPLAYED + 1L)
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void send(List<MessageLine> lines)
        throws InterruptedException, ExecutionException {
      try (var producer =
          new KafkaProducer<>(
              Map.<String, Object>of(
                  ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                  bootstrapServers(),
                  ProducerConfig.ACKS_CONFIG,
                  "all"),
              new StringSerializer(),
              new ByteArraySerializer())) {
        for (int from = 0; from < lines.size(); from += SENT_AT_ONCE) {
          var sent = new ArrayList<Future<RecordMetadata>>();
          for (MessageLine line :
              lines.subList(from, Math.min(lines.size(), from + SENT_AT_ONCE))) {
            sent.add(producer.send(line.again()));
          }
          for (Future<RecordMetadata> acknowledgement : sent) {
            acknowledgement.get();
          }
        }
      }
    }
  }

  /** {@code events rebuild}. */
  @Command(
      name = "rebuild",
      description = {
        "Make a projection anew from its topic while traffic runs.",
        "offers: what order-service knows of prices and availability.",
        "contacts: what notification-service knows of the people behind orders."
      })
  static final class Rebuild implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "PROJECTION", description = "offers or contacts.")
    private String projection;

    @Override
    public Integer call() {
      String service =
          switch (projection) {
            case "offers" -> "order";
            case "contacts" -> "notification";
            default ->
                throw new ParameterException(
                    spec.commandLine(), "no projection is called " + projection);
          };
      var done = Management.ofService(service).orElseThrow().rebuild(projection);
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %d messages read, %d rows before, %d now, %d of them changed, %d unreadable messages passed over; %.1f s%n",
              projection,
              done.path("messages").asLong(),
              done.path("rowsBefore").asLong(),
              done.path("rows").asLong(),
              done.path("changed").asLong(),
              done.path("unreadable").asLong(),
              done.path("seconds").asDouble());
      return 0;
    }
  }

  /** {@code events publish}. */
  @Command(
      name = "publish",
      description = {
        "Write a state topic anew from the tables behind it, while traffic runs.",
        "inventory.stock.state.v1: price and availability of every offer."
      })
  static final class Publish implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "TOPIC", description = "inventory.stock.state.v1.")
    private String topic;

    @Override
    public Integer call() {
      if (!topic.equals(Topic.STOCK_STATE.topicName())) {
        throw new ParameterException(spec.commandLine(), topic + " cannot be written anew");
      }
      var done = Management.ofService("inventory").orElseThrow().publish(topic);
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %d messages, %.1f s%n",
              topic, done.path("messages").asLong(), done.path("seconds").asDouble());
      return 0;
    }
  }
}
