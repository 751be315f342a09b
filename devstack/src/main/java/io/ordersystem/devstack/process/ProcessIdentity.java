package io.ordersystem.devstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which process is meant, for good: a pid alone names another process once it is recycled, so the
 * kernel's start time (in clock ticks since boot) and the boot belong to it.
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {
  private static final Path PROC = Path.of("/proc");
  // Fields of /proc/PID/stat counted from the one after the command name, which may hold blanks.
  private static final int STATE = 0;
  private static final int START_TICKS = 19;

  /** The process of that pid; empty when there is none, or when it is dead and only unreaped. */
  public static Optional<ProcessIdentity> of(long pid) {
    try {
      var stat =
          Files.readString(
              PROC.resolve(Long.toString(pid)).resolve("stat"), StandardCharsets.ISO_8859_1);
      var fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).trim().split(" "));
      if (fields.get(STATE).equals("Z") || fields.get(STATE).equals("X")) {
        return Optional.empty();
      }
      return Optional.of(
          new ProcessIdentity(pid, Long.parseLong(fields.get(START_TICKS)), currentBootId()));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Whether exactly this process, and not a later one with the same pid, is alive. */
  public boolean alive() {
    return of(pid).filter(this::equals).isPresent();
  }

  static String currentBootId() {
    try {
      return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).trim();
    } catch (IOException e) {
      throw new UncheckedIOException("The embedded stack needs Linux with /proc", e);
    }
  }
}
