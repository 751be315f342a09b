package io.ordersystem.devstack.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Processor time and memory of processes, from {@code /proc}. */
final class CpuUse {
  /** USER_HZ: the kernel's unit of these figures on every Linux that we know. */
  private static final double TICKS_PER_SECOND = 100;

  private CpuUse() {}

  /** Seconds that a process has used, without its children. */
  static double ofOne(long pid) {
    return seconds(pid, 11, 12);
  }

  /** Seconds that a process and its children have used, with those that have ended. */
  static double ofTree(long pid) {
    return seconds(pid, 11, 14)
        + ProcessHandle.of(pid).stream()
            .flatMap(ProcessHandle::descendants)
            .mapToDouble(child -> ofOne(child.pid()))
            .sum();
  }

  /** Fields of {@code /proc/PID/stat} after the name: utime, stime, and both of ended children. */
  private static double seconds(long pid, int first, int last) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // The name, in brackets, may contain spaces.
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
      return fields.subList(first, last + 1).stream().mapToLong(Long::parseLong).sum()
          / TICKS_PER_SECOND;
    } catch (IOException ended) {
      return 0;
    }
  }

  /** The most memory that a process has had, in MiB: {@code VmHWM}, resident. */
  static long peakMebibytes(long pid) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmHWM:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
              .findFirst()
              .orElse(0)
          / 1024;
    }
  }
}
