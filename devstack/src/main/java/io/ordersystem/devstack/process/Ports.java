package io.ordersystem.devstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Loopback TCP ports: which are free, which answer, and who holds one. */
public final class Ports {
  private static final int CONNECT_MILLIS = 1_000;
  private static final String LISTENING = "0A";
  private static final int LOWEST = 15_000;
  private static final int BELOW = 32_768;
  private static final int ATTEMPTS = 1_000;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  /** Test JVMs that start at once draw from slices of their own, most of the time. */
  private static final int SLICES = 4;

  private static final int SLICE = (int) (ProcessHandle.current().pid() % SLICES);

  private Ports() {}

  /**
   * A port that nobody listens on at this moment, and that this process is given once only. It lies
   * below the range from which systems number outgoing connections: a port of that range, kept for
   * a server that starts seconds later, is now and then a client's by then.
   *
   * @throws IllegalStateException when none of many candidates is free
   */
  public static int free() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int candidate =
          ThreadLocalRandom.current().nextInt(LOWEST / SLICES, BELOW / SLICES) * SLICES + SLICE;
      if (!taken(candidate) && GIVEN.add(candidate)) {
        return candidate;
      }
    }
    throw new IllegalStateException(
        "no free port between " + LOWEST + " and " + BELOW + " in " + ATTEMPTS + " attempts");
  }

  /** Whether something accepts connections there. */
  public static boolean answers(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  /** Whether a server could listen there now. */
  public static boolean taken(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return false;
    } catch (IOException inUse) {
      return true;
    }
  }

  /** The process that listens there, as {@code pid N (command)}, when /proc lets us see it. */
  public static Optional<String> owner(int port) {
    var sockets =
        Stream.of("/proc/net/tcp", "/proc/net/tcp6")
            .flatMap(table -> lines(Path.of(table)))
            .map(line -> List.of(line.trim().split("\\s+")))
            .filter(fields -> fields.size() > 9 && fields.get(3).equals(LISTENING))
            .filter(fields -> fields.get(1).endsWith(String.format(Locale.ROOT, ":%04X", port)))
            .map(fields -> "socket:[" + fields.get(9) + "]")
            .toList();
    return sockets.isEmpty() ? Optional.empty() : processWith(sockets);
  }

  private static Optional<String> processWith(List<String> sockets) {
    try (var processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(process -> process.getFileName().toString().chars().allMatch(Character::isDigit))
          .filter(process -> holdsAny(process, sockets))
          .findFirst()
          .map(process -> "pid " + process.getFileName() + " (" + commandOf(process) + ")");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holdsAny(Path process, List<String> sockets) {
    try (var files = Files.list(process.resolve("fd"))) {
      return files.anyMatch(file -> sockets.contains(target(file)));
    } catch (IOException | UncheckedIOException notOursToSee) {
      return false;
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  private static String commandOf(Path process) {
    try {
      var words =
          Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8)
              .replace('\0', ' ')
              .trim();
      return words.length() <= 80 ? words : words.substring(0, 77) + "...";
    } catch (IOException ended) {
      return "ended meanwhile";
    }
  }

  private static Stream<String> lines(Path table) {
    try {
      return Files.readAllLines(table).stream().skip(1);
    } catch (IOException absent) {
      return Stream.empty();
    }
  }
}
