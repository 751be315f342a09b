package io.ordersystem.devstack.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The contract that is checked in under {@code docs/api} and the one that a running service shows
 * must be the same. {@code -Dopenapi.refresh=true} writes the file instead.
 */
public final class CheckedInOpenApi {
  private CheckedInOpenApi() {}

  /** Refuses a service whose contract differs from its file. */
  public static void requireSame(String service, URL served) {
    Path file = Path.of(System.getProperty("order-system.root"), "docs", "api", service + ".yaml");
    try (InputStream stream = served.openStream()) {
      String now = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      if (Boolean.getBoolean("openapi.refresh")) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, now);
      }
      String checkedIn = Files.exists(file) ? Files.readString(file) : "";
      if (!checkedIn.equals(now)) {
        throw new AssertionError(
            file + " is not what " + service + " serves; run its test with -Dopenapi.refresh=true");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
