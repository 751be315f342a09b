package io.ordersystem.devstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The file in which a process is remembered: one line, {@code pid start-ticks boot-id}. */
public record PidFile(Path path) {

  /** The process of the file, if exactly that one is still alive. */
  public Optional<ProcessIdentity> owner() {
    return read().filter(ProcessIdentity::alive);
  }

  /** Remembers a process that runs now. */
  public void write(ProcessIdentity identity) {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.writeString(
          path, identity.pid() + " " + identity.startTicks() + " " + identity.bootId() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets the process. */
  public void delete() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<ProcessIdentity> read() {
    try {
      var fields = List.of(Files.readString(path).trim().split(" "));
      if (fields.size() != 3) {
        return Optional.empty(); // half written by a process that died at that moment
      }
      return Optional.of(
          new ProcessIdentity(
              Long.parseLong(fields.get(0)), Long.parseLong(fields.get(1)), fields.get(2)));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
