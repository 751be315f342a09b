package io.ordersystem.devstack.events;

import com.fasterxml.jackson.databind.JsonNode;
import io.ordersystem.devstack.stack.Management;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code parked}: messages that could not be processed, and what is done about them. */
@Command(
    name = "parked",
    description = "Messages that could not be processed: list, show, redrive, discard.",
    subcommands = {
      ParkedCommand.Keys.class,
      ParkedCommand.Show.class,
      ParkedCommand.Redrive.class,
      ParkedCommand.Discard.class
    })
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class ParkedCommand implements Runnable {
  private static final List<String> SERVICES =
      List.of("order", "inventory", "payment", "notification");

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static Management management(CommandSpec spec, String service) {
    return Management.ofService(service)
        .orElseThrow(
            () -> new ParameterException(spec.commandLine(), "no service is called " + service));
  }

  /** {@code parked list}. */
  @Command(name = "list", description = "Parked keys, oldest first. Exit status 1 when there are.")
  static final class Keys implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "Without it: all of them.")
    private @Nullable String service;

    @Option(names = "--limit", defaultValue = "100", description = "Keys per service (100).")
    private int limit;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      long keys = 0;
      for (String name : service == null ? SERVICES : List.of(service)) {
        JsonNode listing = management(spec, name).parked(limit);
        for (JsonNode total : listing.path("totals")) {
          keys += total.path("keys").asLong();
          if (total.path("keys").asLong() > 0) {
            out.printf(
                "%s %s: %d keys, %d messages%n",
                name,
                total.path("consumer").asText(),
                total.path("keys").asLong(),
                total.path("messages").asLong());
          }
        }
        for (JsonNode key : listing.path("keys")) {
          out.printf(
              "  %s %s: %d messages from %s-%d@%d, since %s, tried %d times: %s%n",
              key.path("consumer").asText(),
              key.path("key").asText(),
              key.path("messages").asLong(),
              key.path("topic").asText(),
              key.path("partition").asInt(),
              key.path("offset").asLong(),
              key.path("parkedAt").asText(),
              key.path("attempts").asInt(),
              key.path("reason").asText());
        }
      }
      out.printf("%d keys are parked%n", keys);
      return keys == 0 ? 0 : 1;
    }
  }

  /** {@code parked show}. */
  @Command(name = "show", description = "The messages of one key, in order, with their data.")
  static final class Show implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SERVICE")
    private String service;

    @Parameters(index = "1", paramLabel = "CONSUMER")
    private String consumer;

    @Parameters(index = "2", paramLabel = "KEY")
    private String key;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      management(spec, service)
          .parkedMessages(consumer, key)
          .forEach(message -> out.println(message.toPrettyString()));
      return 0;
    }
  }

  /** {@code parked redrive}. */
  @Command(
      name = "redrive",
      description = {
        "Try parked messages again, key by key and in order.",
        "Exit status 1 when a key cannot be freed."
      })
  static final class Redrive implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SERVICE")
    private String service;

    @Parameters(index = "1", paramLabel = "CONSUMER")
    private String consumer;

    @Parameters(index = "2", arity = "0..1", paramLabel = "KEY", description = "Without it: all.")
    private @Nullable String key;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      long redriven = 0;
      long refused = 0;
      String after = "";
      while (true) {
        JsonNode done = management(spec, service).redrive(consumer, key, after);
        redriven += done.path("redriven").asLong();
        for (JsonNode obstacle : done.path("refused")) {
          refused++;
          out.printf(
              "%s stays parked: %s%n",
              obstacle.path("key").asText(), obstacle.path("reason").asText());
        }
        if (!done.has("next")) {
          out.printf("%d messages took effect, %d keys stay parked%n", redriven, refused);
          return refused == 0 ? 0 : 1;
        }
        after = done.path("next").asText();
      }
    }
  }

  /** {@code parked discard}. */
  @Command(
      name = "discard",
      description = {
        "Give one parked message up, by its id from `parked show`; what is behind it waits for a redrive.",
        "It is kept for 90 days in discarded_messages."
      })
  static final class Discard implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SERVICE")
    private String service;

    @Parameters(index = "1", paramLabel = "ID")
    private String id;

    @Option(names = "--reason", required = true, description = "Why; kept with it.")
    private String reason;

    @Override
    public Integer call() {
      management(spec, service).discard(id, reason);
      spec.commandLine().getOut().println("discarded");
      return 0;
    }
  }
}
