package io.ordersystem.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The files of the contract in the source tree. */
final class ContractFiles {
  static final Path RESOURCES = Path.of("src/main/resources");
  static final Path SCHEMAS = RESOURCES.resolve("schemas");
  static final Path RELEASED = RESOURCES.resolve("released");
  static final Path SAMPLES = RESOURCES.resolve("samples");

  /** Hashes of everything that may never change again. */
  static final Path FROZEN = RESOURCES.resolve("frozen.sha256");

  private static final ObjectMapper JSON = new ObjectMapper();

  private ContractFiles() {}

  static boolean refreshing() {
    return Boolean.getBoolean("contracts.refresh");
  }

  static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String pretty(JsonNode node) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files below a directory, by name. */
  static List<Path> below(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The CloudEvents type of a sample, which its directory is called by. */
  static String typeOf(Path sample) {
    return String.valueOf(Objects.requireNonNull(sample.getParent()).getFileName());
  }

  /** The newest release's copies of the closed schemas. */
  static Path lastRelease() {
    try (Stream<Path> releases = Files.list(RELEASED)) {
      return releases
          .max(
              Comparator.comparingInt(
                  (Path release) -> Integer.parseInt(release.getFileName().toString())))
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String sha256(Path file) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text(file).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
