package io.ordersystem.devstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process that outlives whoever started it: in a session of its own, remembered by a pid file and
 * writing to a log file. Never signals a process other than the one it started.
 */
public final class Daemon {
  private static final Duration START_LIMIT = Duration.ofSeconds(10);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
  private static final long LOG_TAIL_BYTES = 64 * 1024;
  private static final long LOG_LIMIT_BYTES = 50L * 1024 * 1024;

  // The process writes its own pid file before it becomes the command, so that there is no moment
  // at which a killed launcher leaves a process behind that nobody knows.
  private static final String WRITE_PID_THEN_BECOME =
      "echo \"$$ $(cut -d ' ' -f 22 /proc/$$/stat) $(cat /proc/sys/kernel/random/boot_id)\""
          + " > \"$ORDER_SYSTEM_PID_FILE\" && exec \"$@\"";

  private final String name;
  private final StateDirectory state;

  public Daemon(String name, StateDirectory state) {
    this.name = name;
    this.state = state;
  }

  /** What the component is called, in messages and in the names of its files. */
  public String name() {
    return name;
  }

  /** The process, if it runs. */
  public Optional<ProcessIdentity> running() {
    return state.pidFile(name).owner();
  }

  /** Starts the command, detached. Refused while it runs. */
  public void start(Launch launch) {
    if (running().isPresent()) {
      throw new ComponentFailed(name + " runs already");
    }
    var pidFile = state.pidFile(name);
    pidFile.delete();
    rotateLog();
    var command = new ArrayList<String>();
    command.addAll(List.of("setsid", "sh", "-c", WRITE_PID_THEN_BECOME, name));
    command.addAll(launch.command());
    var builder =
        new ProcessBuilder(command)
            .directory(launch.directory().toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(state.log(name).toFile()));
    builder.environment().putAll(launch.environment());
    builder.environment().put("ORDER_SYSTEM_PID_FILE", pidFile.path().toString());
    try {
      var process = builder.start();
      if (!Await.within(START_LIMIT, () -> !process.isAlive() || pidFile.owner().isPresent())) {
        throw new ComponentFailed(name + " did not start within " + START_LIMIT);
      }
    } catch (IOException e) {
      throw new ComponentFailed("could not start " + name + ": " + e.getMessage(), e);
    }
  }

  /** Sends the signal and waits for the end; kills the process when the patience is over. */
  public void stop(String signal, Duration patience) {
    running()
        .ifPresent(process -> {
          signal(process, signal);
          if (!Await.within(patience, () -> !process.alive())) {
            killHard(process);
          }
        });
    state.pidFile(name).delete();
  }

  /** Ends the process with SIGKILL, as a crash would. */
  public void kill() {
    running().ifPresent(this::killHard);
    state.pidFile(name).delete();
  }

  /** Ends the process and its children with SIGKILL, as a machine that loses its power would. */
  public void killFamily() {
    running()
        .ifPresent(process -> {
          var family = family(process);
          killHard(process);
          family.forEach(this::killHard);
        });
    state.pidFile(name).delete();
  }

  /** Stops the process and its children from running without ending them: they answer nobody. */
  public void freeze() {
    signalFamily("STOP");
  }

  /** Lets a frozen process and its children run on. */
  public void thaw() {
    signalFamily("CONT");
  }

  /** The last lines of the log, oldest first; empty when there is no log. */
  public List<String> lastLog(int lines) {
    var log = state.log(name);
    if (!Files.exists(log)) {
      return List.of();
    }
    try (var file = Files.newByteChannel(log)) {
      file.position(Math.max(0, file.size() - LOG_TAIL_BYTES));
      var text = new String(Channels.newInputStream(file).readAllBytes(), StandardCharsets.UTF_8);
      var all = text.lines().toList();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void signalFamily(String signal) {
    running()
        .ifPresent(process -> {
          signal(process, signal);
          family(process).forEach(child -> signal(child, signal));
        });
  }

  // One by one: PostgreSQL gives each of its children a process group of its own.
  private static List<ProcessIdentity> family(ProcessIdentity process) {
    return ProcessHandle.of(process.pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .flatMap(child -> ProcessIdentity.of(child.pid()).stream())
        .toList();
  }

  private void killHard(ProcessIdentity process) {
    signal(process, "KILL");
    if (!Await.within(KILL_LIMIT, () -> !process.alive())) {
      throw new ComponentFailed(name + " (pid " + process.pid() + ") survives SIGKILL");
    }
  }

  private static void signal(ProcessIdentity process, String signal) {
    var outcome =
        Shell.run(KILL_LIMIT, List.of("sh", "-c", "kill -s " + signal + " " + process.pid()));
    if (!outcome.succeeded() && process.alive()) {
      throw new ComponentFailed(
          "could not send SIG" + signal + " to pid " + process.pid() + ": " + outcome.output());
    }
  }

  // One old log is kept, so that a stack that runs for months does not fill the disk.
  private void rotateLog() {
    var log = state.log(name);
    try {
      if (Files.exists(log) && Files.size(log) > LOG_LIMIT_BYTES) {
        Files.move(log, log.resolveSibling(name + ".old.log"), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
