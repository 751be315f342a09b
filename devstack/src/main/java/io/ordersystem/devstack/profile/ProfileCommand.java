package io.ordersystem.devstack.profile;

import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.ProcessIdentity;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code profile}: a flame graph of a service that runs, which goes on running. */
@Command(
    name = "profile",
    description = {
      "Watch a running service for a while and draw what it spends its time on, as a flame graph.",
      "The page needs no network; the recording, for JDK Mission Control, is kept beside it.",
      "Threads of the JVM itself, such as its compiler's, are not seen."
    },
    sortOptions = false)
@SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
public final class ProfileCommand implements Callable<Integer> {
  private static final int LONGEST = 600;
  private static final int HOTTEST = 5;
  private static final DateTimeFormatter IN_FILE_NAMES =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SERVICE",
      description = "As in status; order is short for order-service.")
  private String name;

  @Option(names = "--seconds", paramLabel = "N", description = "For how long, 1 to 600 (30).")
  private int seconds = 30;

  @Option(
      names = "--event",
      paramLabel = "EVENT",
      converter = EventName.class,
      description = {
        "cpu: time on a processor (the default). alloc: memory, by class.",
        "lock: waits of a millisecond or more for monitors, locks and semaphores."
      })
  private ProfiledEvent event = ProfiledEvent.CPU;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The page (profiles/SERVICE-EVENT-TIME.html in the state directory).")
  private @Nullable Path output;

  private final LocalSystem system;
  private final Clock clock;

  /**
   * @param clock says when, in the names of files
   */
  public ProfileCommand(LocalSystem system, Clock clock) {
    this.system = system;
    this.clock = clock;
  }

  /** An event by the name that people write. */
  static final class EventName implements ITypeConverter<ProfiledEvent> {
    @Override
    public ProfiledEvent convert(String name) {
      return Arrays.stream(ProfiledEvent.values())
          .filter(event -> event.toString().equals(name))
          .findFirst()
          .orElseThrow(() ->
              new TypeConversionException(
                  name + " is none of " + Arrays.toString(ProfiledEvent.values())));
    }
  }

  @Override
  public Integer call() throws IOException {
    if (seconds < 1 || seconds > LONGEST) {
      throw new ParameterException(
          spec.commandLine(), "--seconds must be 1 to " + LONGEST + ", was " + seconds);
    }
    Component component = component();
    ProcessIdentity process = running(component);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Path page = page(component, now);
    Path recording = beside(page);
    say(
        "recording %s (pid %d) for %d s: %s",
        component.name(), process.pid(), seconds, event.meaning());
    record(component, process, recording);
    var title =
        "%s: %s in %d s from %s; %s"
            .formatted(component.name(), event.meaning(), seconds, now, event.unit());
    print(Profile.draw(recording, event, title, page), page, recording);
    return 0;
  }

  private void record(Component component, ProcessIdentity process, Path file) throws IOException {
    var wanted = Duration.ofSeconds(seconds);
    try (var recording = FlightRecording.start(component.name(), process.pid(), event, wanted)) {
      if (Await.within(wanted, () -> !process.alive())) {
        throw new ComponentFailed(
            "%1$s ended while it was recorded; its log: ./order-system logs %1$s"
                .formatted(component.name()));
      }
      recording.stop(file);
    }
  }

  private void print(Profile profile, Path page, Path recording) {
    say("%d samples, %s in all", profile.samples(), event.text(profile.amount()));
    if (profile.missed() > 0) {
      say("%d more are lost: no stack could be taken", profile.missed());
    }
    for (Profile.Hot hot : profile.hottest(HOTTEST)) {
      say(
          "  %12s  %5.1f %%  %s",
          event.text(hot.amount()), 100.0 * hot.amount() / profile.amount(), hot.frame());
    }
    say("flame graph  %s", profile.samples() > 0 ? page : "none: there is nothing to draw");
    say("recording    %s", recording);
  }

  private Component component() {
    return system
        .find(name)
        .orElseThrow(() ->
            new ParameterException(
                spec.commandLine(),
                "no service is called "
                    + name
                    + "; there are "
                    + system.components().stream()
                        .map(Component::name)
                        .collect(Collectors.joining(", "))));
  }

  private static ProcessIdentity running(Component component) {
    ProcessIdentity process =
        component
            .daemon()
            .running()
            .orElseThrow(() ->
                new ComponentFailed(
                    "%1$s does not run; start it with ./order-system start %1$s"
                        .formatted(component.name())));
    var binary = ProcessHandle.of(process.pid()).flatMap(it -> it.info().command());
    if (binary.isPresent() && !binary.get().endsWith("/java")) {
      throw new ComponentFailed(
          component.name() + " is not a JVM but " + binary.get() + ": it cannot be recorded");
    }
    return process;
  }

  private Path page(Component component, Instant now) {
    var page =
        output == null
            ? system
                .state()
                .data("profiles")
                .resolve(
                    "%s-%s-%s.html".formatted(component.name(), event, IN_FILE_NAMES.format(now)))
            : output.toAbsolutePath().normalize();
    Path directory = page.getParent();
    // Now, and not after a recording of ten minutes.
    if (directory == null || Files.isDirectory(page) || !Files.isWritable(directory)) {
      throw new ParameterException(
          spec.commandLine(),
          page + " cannot be written: it must be a file in a directory that is there");
    }
    return page;
  }

  private static Path beside(Path page) {
    return page.resolveSibling(page.getFileName().toString().replaceFirst("\\.html$", "") + ".jfr");
  }

  private void say(String line, Object... values) {
    spec.commandLine().getOut().printf(line + "%n", values);
    spec.commandLine().getOut().flush();
  }
}
