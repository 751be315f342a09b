package io.ordersystem.devstack.prometheus;

import io.ordersystem.devstack.process.Cache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where Prometheus is installed: what {@code PROMETHEUS} names and nothing else, or the first of
 * the {@code PATH}, or an unpacked package in the cache of this user. Nothing is downloaded: no
 * registry that a build may use carries it.
 */
public final class PrometheusBinary {
  /** What to say to somebody who has none. */
  public static final String HOW_TO_GET =
      """
      Prometheus is not installed, so nothing observes the system. Get it with
        apt-get install prometheus
      or, without root and without its web pages,
        apt-get download prometheus && dpkg -x prometheus_*.deb %s
      or set PROMETHEUS to its binary.\
      """
          .formatted(Cache.root().resolve("prometheus"));

  private static final String NAME = "prometheus";

  private PrometheusBinary() {}

  /** The binary, if it is there. */
  public static Optional<Path> find() {
    return find(System.getenv(), Cache.root());
  }

  static Optional<Path> find(Map<String, String> environment, Path cache) {
    String named = environment.getOrDefault("PROMETHEUS", "");
    Stream<Path> candidates =
        named.isBlank()
            ? Stream.concat(
                Arrays.stream(environment.getOrDefault("PATH", "").split(":"))
                    .map(directory -> Path.of(directory, NAME)),
                Stream.of(cache.resolve("prometheus/usr/bin").resolve(NAME)))
            : Stream.of(Path.of(named));
    return candidates.filter(PrometheusBinary::runs).map(Path::toAbsolutePath).findFirst();
  }

  private static boolean runs(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
