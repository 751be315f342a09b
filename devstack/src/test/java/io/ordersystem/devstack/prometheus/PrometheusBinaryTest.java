package io.ordersystem.devstack.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusBinaryTest {
  @TempDir private Path directory;

  @Test
  void takesTheNamedOneBeforeThePathAndThePathBeforeTheCache() throws IOException {
    Path named = program("here/my-prometheus");
    Path installed = program("bin/prometheus");
    Path unpacked = program("cache/prometheus/usr/bin/prometheus");
    Path cache = directory.resolve("cache");
    String path = directory.resolve("nothing") + ":" + directory.resolve("bin");

    assertThat(PrometheusBinary.find(Map.of("PATH", path, "PROMETHEUS", named.toString()), cache))
        .hasValue(named);
    assertThat(PrometheusBinary.find(Map.of("PATH", path, "PROMETHEUS", ""), cache))
        .hasValue(installed);
    assertThat(PrometheusBinary.find(Map.of("PATH", directory.toString()), cache))
        .hasValue(unpacked);
  }

  @Test
  void takesNoOtherThanTheNamedOne() throws IOException {
    Path _ = program("bin/prometheus");
    var environment =
        Map.of(
            "PATH",
            directory.resolve("bin").toString(),
            "PROMETHEUS",
            directory.resolve("gone").toString());
    assertThat(PrometheusBinary.find(environment, directory)).isEmpty();
  }

  @Test
  void isEmptyWhereNoneIsInstalled() throws IOException {
    Files.createFile(directory.resolve("prometheus"));
    assertThat(PrometheusBinary.find(Map.of("PATH", directory.toString()), directory)).isEmpty();
    assertThat(PrometheusBinary.find(Map.of(), directory)).isEmpty();
  }

  private Path program(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.createFile(file);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
