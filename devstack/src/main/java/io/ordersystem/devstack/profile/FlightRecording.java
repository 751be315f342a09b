package io.ordersystem.devstack.profile;

import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Jvm;
import io.ordersystem.devstack.process.Shell;
import io.ordersystem.devstack.process.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A recording that another JVM makes of itself by its own flight recorder, which needs nothing
 * native and no root. It ends with {@link #close}, with this process, or by itself.
 */
final class FlightRecording implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** How long the JVM goes on after its time when this process cannot stop it, as after SIGKILL. */
  private static final Duration ABANDONED = Duration.ofSeconds(30);

  /** Frames. The usual 64 would cut off the ends of asynchronous stacks. */
  private static final int DEPTH = 512;

  private final String component;
  private final long pid;
  private final String name = "order-system-profile-" + ProcessHandle.current().pid();
  private final Path directory;
  private final Thread interrupted = new Thread(this::end, "profile-end");
  private boolean running;

  private FlightRecording(String component, long pid) throws IOException {
    this.component = component;
    this.pid = pid;
    // The JVM reads some characters of a file name as its own, so it is given a harmless one.
    this.directory = Files.createTempDirectory("order-system-profile-");
  }

  /**
   * Starts to record.
   *
   * @param component what the process is called, in messages
   * @param wanted when it will be stopped
   * @throws ComponentFailed when the process does not let itself be recorded, with what it says
   */
  static FlightRecording start(String component, long pid, ProfiledEvent event, Duration wanted)
      throws IOException {
    var recording = new FlightRecording(component, pid);
    Runtime.getRuntime().addShutdownHook(recording.interrupted);
    try {
      recording.begin(event, wanted.plus(ABANDONED));
      return recording;
    } catch (RuntimeException refused) {
      recording.close();
      throw refused;
    }
  }

  /** Ends the recording and moves it into a file, which is replaced. */
  synchronized void stop(Path file) throws IOException {
    var answer = jcmd("JFR.stop", "name=" + name);
    running = !answer.succeeded();
    if (!Files.exists(recorded())) {
      throw refused(answer);
    }
    Files.move(recorded(), file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Ends the recording if it runs, and deletes it unless it was moved. */
  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(interrupted);
    } catch (IllegalStateException endsAnyway) {
      // This process is ending, and the hook does the same.
    }
  }

  private synchronized void begin(ProfiledEvent event, Duration atMost) {
    // Only before a JVM's first recording; later it keeps what it has, which is as well.
    var depth = jcmd("JFR.configure", "stackdepth=" + DEPTH);
    if (!depth.succeeded()) {
      throw refused(depth);
    }
    var arguments =
        new ArrayList<>(
            List.of(
                "JFR.start",
                "name=" + name,
                "settings=none",
                "duration=" + atMost.toSeconds() + "s",
                "filename=\"" + recorded() + "\""));
    event.settings().forEach(setting -> arguments.add("+" + setting));
    running = true;
    var answer = jcmd(arguments.toArray(String[]::new));
    // What the command refuses, jcmd reports as a success.
    if (!answer.output().contains("Started recording")) {
      throw refused(answer);
    }
  }

  private synchronized void end() {
    try {
      if (running) {
        running = false;
        var _ = jcmd("JFR.stop", "name=" + name);
      }
    } finally {
      StateDirectory.deleteTree(directory);
    }
  }

  private Path recorded() {
    return directory.resolve("recording.jfr");
  }

  private ComponentFailed refused(Shell.Outcome answer) {
    var said =
        answer
            .output()
            .lines()
            .filter(line -> !line.equals(pid + ":") && !line.matches("\\s+at .*|\\s*"))
            .collect(Collectors.joining("\n"));
    return new ComponentFailed(
        "%s (pid %d) does not let itself be recorded: %s".formatted(component, pid, said));
  }

  private Shell.Outcome jcmd(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(Path.of(Jvm.java()).resolveSibling("jcmd").toString(), Long.toString(pid)));
    command.addAll(List.of(arguments));
    return Shell.run(ANSWER, command);
  }
}
