package io.ordersystem.system;

import io.ordersystem.devstack.cli.Main;
import io.ordersystem.devstack.process.Jvm;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.stack.LocalPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code ./order-system} as people call it, on ports and a state directory of its own. */
final class CommandLine {
  private static final long LIMIT_SECONDS = 240;

  private final Path state;
  private final Map<LocalPort, Integer> ports = new EnumMap<>(LocalPort.class);

  CommandLine(Path state) {
    this.state = state;
    for (LocalPort port : LocalPort.values()) {
      ports.put(port, Ports.free());
    }
  }

  /** How a call ended. */
  record Outcome(int status, String output) {}

  int port(LocalPort port) {
    return ports.getOrDefault(port, 0);
  }

  Outcome run(String... arguments) throws IOException, InterruptedException {
    Path output = Files.createTempFile("order-system", ".out");
    try {
      Process process = start(output, arguments);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "no end of " + List.of(arguments) + ": " + Files.readString(output));
      }
      return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  Process start(Path output, String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Jvm.java(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                Jvm.helperClassPath(),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("ORDER_SYSTEM_ROOT", System.getProperty("order-system.root"));
    builder.environment().put("ORDER_SYSTEM_STATE", state.toString());
    ports.forEach(
        (port, number) -> builder.environment().put(port.variable(), Integer.toString(number)));
    return builder.start();
  }
}
