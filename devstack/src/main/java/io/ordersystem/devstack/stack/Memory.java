package io.ordersystem.devstack.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What processes take of the machine's memory: the proportional set size of a process and its
 * children, which counts a page that several share only once in all.
 */
public final class Memory {
  private Memory() {}

  /** Of one process and its descendants; 0 when it has ended. */
  public static long mebibytesOf(long pid) {
    long kibibytes =
        ProcessHandle.of(pid).stream()
            .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
            .mapToLong(process -> kibibytes(process.pid()))
            .sum();
    return kibibytes / 1024;
  }

  /** Of all components that run. */
  public static long mebibytesOf(LocalSystem system) {
    return system.components().stream()
        .flatMap(component -> component.daemon().running().stream())
        .mapToLong(process -> mebibytesOf(process.pid()))
        .sum();
  }

  private static long kibibytes(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      return lines
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException ended) {
      return 0;
    }
  }
}
