package io.ordersystem.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The code that services are made of. */
final class ServiceSources {
  private static final List<String> MODULES =
      List.of(
          "platform",
          "order-service",
          "inventory-service",
          "payment-service",
          "notification-service");

  private ServiceSources() {}

  /** Every source file with its text. */
  static Map<Path, String> in(Path root) {
    var texts = new TreeMap<Path, String>();
    for (String module : MODULES) {
      try (var files = Files.walk(root.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
          texts.put(file, Files.readString(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return texts;
  }
}
