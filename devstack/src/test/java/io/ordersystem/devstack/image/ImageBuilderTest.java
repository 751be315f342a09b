package io.ordersystem.devstack.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Index.atIndex;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of a small application of one class, which is started as a service is. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields before the tests
class ImageBuilderTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path directory;
  private static Application application;
  private static ImageBuilder.Built built;
  private static Map<String, Path> files;

  @BeforeAll
  static void build() throws Exception {
    Path app = Files.createDirectories(directory.resolve("app/lib"));
    Path source =
        Files.writeString(
            directory.resolve("Hello.java"),
            "public class Hello { public static void main(String[] a) { System.out.println(\"hello \" + a.length); } }");
    run("javac", "-d", directory.resolve("classes").toString(), source.toString());
    run(
        "jar",
        "--create",
        "--file",
        app.resolve("hello.jar").toString(),
        "-C",
        directory.resolve("classes").toString(),
        ".");
    Path sbom = Files.writeString(directory.resolve("sbom"), "{\"bomFormat\": \"CycloneDX\"}");
    application =
        new Application(
            "hello",
            "Hello",
            directory.resolve("app"),
            sbom,
            List.of(),
            List.of("-cp", "lib/hello.jar", "Hello"),
            List.of("-cp", "lib/hello.jar", "Hello", "trained"),
            Map.of());
    built = new ImageBuilder(directory.resolve("out"), null, "1.2.3").build(application);
    files = unpacked(built.archive(), directory.resolve("image"));
  }

  @Test
  void saysWhatItIsAndRunsAsNobody() throws IOException {
    JsonNode config = config();
    assertThat(config.at("/config/User").asText()).isEqualTo("65532:65532");
    assertThat(config.at("/config/WorkingDir").asText()).isEqualTo("/opt/order-system");
    assertThat(config.at("/config/Entrypoint").toString())
        .contains("/opt/java/bin/java", "-XX:AOTCache=/opt/order-system/app.aot", "Hello");
    assertThat(config.at("/config/Labels").properties().stream().map(Map.Entry::getKey))
        .contains(
            "org.opencontainers.image.title",
            "org.opencontainers.image.version",
            "org.opencontainers.image.base.name",
            "io.ordersystem.sbom");
    assertThat(config.at("/created").asText()).isEqualTo(ImageBuilder.TIME.toString());
    assertThat(built.name()).isEqualTo("order-system/hello:1.2.3");
  }

  @Test
  void whatChangesMostOftenIsOnTop() {
    assertThat(layers())
        .hasSize(5)
        .satisfies(layer -> assertThat(layer).contains("etc/passwd"), atIndex(0))
        .satisfies(layer -> assertThat(layer).contains("opt/java/bin/java"), atIndex(1))
        .satisfies(
            layer -> assertThat(layer).contains("opt/order-system/lib/hello.jar"), atIndex(2))
        .satisfies(
            layer ->
                assertThat(layer)
                    .contains("opt/order-system/sbom.cdx.json")
                    .noneMatch(file -> file.endsWith(".jar") || file.endsWith(".aot")),
            atIndex(3))
        .satisfies(
            layer -> assertThat(layer).contains("opt/order-system/app.aot").hasSizeLessThan(5),
            atIndex(4));
  }

  /**
   * In a directory of its own, as a container has it: by its Java, with its cache or not at all.
   */
  @Test
  void startsByItsOwnJavaWithItsCacheOfClasses() throws IOException {
    Path root = Files.createDirectories(directory.resolve("root"));
    for (Path layer : files.values()) {
      run("tar", "-x", "-f", layer.toString(), "-C", root.toString());
    }
    var started = start(root);
    assertThat(started.output()).isEqualTo("hello 0\n");
    // Planted: without the cache it does not start in that mode.
    Files.delete(root.resolve("opt/order-system/app.aot"));
    assertThat(start(root).succeeded()).isFalse();
  }

  /** By the image's own command, and only with the cache. */
  private static Shell.Outcome start(Path root) throws IOException {
    var command = new ArrayList<String>();
    config()
        .at("/config/Entrypoint")
        .forEach(word -> command.add(word.asText().replace("/opt/", root + "/opt/")));
    command.add(1, "-XX:AOTMode=on");
    return Shell.run(
        LIMIT,
        List.of(
            "sh", "-c", "cd '" + root + "/opt/order-system' && exec " + String.join(" ", command)));
  }

  @Test
  void equalFilesAreEqualLayersButForTheCache() throws Exception {
    var again = new ImageBuilder(directory.resolve("out"), null, "1.2.3").build(application);
    var others = unpacked(again.archive(), directory.resolve("again"));
    var mine = List.copyOf(files.keySet());
    var theirs = List.copyOf(others.keySet());
    assertThat(theirs.subList(0, 4)).isEqualTo(mine.subList(0, 4));
  }

  @Test
  void standsOnAnotherImageWhenThereIsOne() throws Exception {
    Path base = Files.copy(built.archive(), directory.resolve("base.tar"));
    var other = new ImageBuilder(directory.resolve("out"), "tar://" + base, "2").build(application);
    unpacked(other.archive(), directory.resolve("stacked"));
    JsonNode manifest = JSON.readTree(directory.resolve("stacked/manifest.json").toFile());
    assertThat(manifest.at("/0/Layers")).as("five below, and four of ours").hasSize(9);
  }

  @Test
  void namesWhatIsNotPackaged() {
    var absent = Application.ofService("order-service", directory.resolve("nowhere"));
    assertThatThrownBy(() -> new ImageBuilder(directory, null, "1").build(absent))
        .isInstanceOf(ComponentFailed.class)
        .hasMessageContaining("./order-system image packages them");
  }

  private static JsonNode config() throws IOException {
    JsonNode manifest = JSON.readTree(directory.resolve("image/manifest.json").toFile());
    return JSON.readTree(
        directory.resolve("image").resolve(manifest.at("/0/Config").asText()).toFile());
  }

  private static List<List<String>> layers() {
    return files.values().stream()
        .map(layer -> {
          var listed = Shell.run(LIMIT, List.of("tar", "-t", "-f", layer.toString()));
          return listed.output().lines().filter(line -> !line.startsWith("tar:")).toList();
        })
        .toList();
  }

  /** The layers by their names, which follow from what is in them, the lowest first. */
  private static Map<String, Path> unpacked(Path archive, Path to) throws IOException {
    Files.createDirectories(to);
    run("tar", "-x", "-f", archive.toString(), "-C", to.toString());
    var layers = new LinkedHashMap<String, Path>();
    for (JsonNode layer : JSON.readTree(to.resolve("manifest.json").toFile()).at("/0/Layers")) {
      layers.put(layer.asText(), to.resolve(layer.asText()));
    }
    return layers;
  }

  private static void run(String... command) {
    Path tool = Path.of(System.getProperty("java.home"), "bin", command[0]);
    command[0] = Files.exists(tool) ? tool.toString() : command[0];
    var done = Shell.run(LIMIT, List.of(command));
    assertThat(done.status()).as(done.output()).isZero();
  }
}
