package io.ordersystem.devstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * Files that are costly to make and depend on a version only, kept per user across projects and
 * checkouts: {@code $XDG_CACHE_HOME/order-system}, by default {@code ~/.cache/order-system}.
 */
public final class Cache {

  private Cache() {}

  /** The directory of the cache; a temporary one for users without a home that can be written. */
  public static Path root() {
    var configured = System.getenv("XDG_CACHE_HOME");
    var home = Path.of(System.getProperty("user.home", "/nonexistent"));
    if (configured != null && !configured.isBlank()) {
      return StateDirectory.directory(Path.of(configured, "order-system").toAbsolutePath());
    }
    if (Files.isWritable(home)) {
      return StateDirectory.directory(home.resolve(".cache/order-system"));
    }
    return StateDirectory.directory(
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "order-system-cache-" + System.getProperty("user.name")));
  }

  /**
   * The cached directory of that name. Made when absent, once even when several JVMs ask, and
   * visible only when it is complete.
   */
  public static Path directory(String name, Consumer<Path> fill) {
    var ready = root().resolve(name);
    if (Files.isDirectory(ready)) {
      return ready;
    }
    try (var channel =
            FileChannel.open(
                root().resolve(name + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      if (!Files.isDirectory(ready)) {
        var partial = root().resolve(name + ".partial");
        StateDirectory.deleteTree(partial);
        fill.accept(StateDirectory.directory(partial));
        Files.move(partial, ready, StandardCopyOption.ATOMIC_MOVE);
      }
      return ready;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
