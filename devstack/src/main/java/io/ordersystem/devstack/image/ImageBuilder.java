package io.ordersystem.devstack.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Port;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.DirectoryCopy;
import io.ordersystem.devstack.process.Jvm;
import io.ordersystem.devstack.process.Shell;
import io.ordersystem.devstack.process.StateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes images. From below: what they stand on, a Java, libraries, the application, the cache of
 * classes; so that a new release of the same libraries sends the last two only.
 *
 * <p>Every file has the same time, which makes equal contents equal layers. The cache of classes
 * alone differs from build to build; Java takes it only when it is the Java that made it, with the
 * same options of modules.
 */
final class ImageBuilder {
  /** As the parent pom says for jars. */
  static final Instant TIME = Instant.parse("2026-11-22T00:00:00Z");

  private static final String JAVA = "/opt/java";
  private static final String HOME = "/opt/order-system";
  private static final String CACHE = "app.aot";

  /** Nobody: a number, so that Kubernetes can see that it is not root. */
  private static final String USER = "65532:65532";

  /** The modules that services and tools use, by name or by reflection. */
  private static final List<String> MODULES =
      List.of(
          "java.se",
          "jdk.unsupported",
          "jdk.crypto.ec",
          "jdk.httpserver",
          // Flight recordings and jcmd, for what is seen at 3 a.m.
          "jdk.jcmd",
          "jdk.jfr",
          "jdk.management",
          "jdk.naming.dns",
          "jdk.net",
          // Kafka's SASL.
          "jdk.security.auth",
          "jdk.security.jgss",
          "jdk.zipfs");

  /** The cache of classes is for these: with another collector Java would leave a part of it. */
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private static final Duration LINKED_WITHIN = Duration.ofMinutes(3);
  private static final long TRAINED_WITHIN_SECONDS = 300;

  private final Path directory;
  private final @Nullable String base;
  private final String tag;
  private final Path java;

  /**
   * A builder.
   *
   * @param directory where archives and what is made on the way to them are kept
   * @param base a reference, or {@code tar://FILE}; null for this machine's C library
   */
  ImageBuilder(Path directory, @Nullable String base, String tag) {
    this.directory = directory;
    this.base = base;
    this.tag = tag;
    this.java = directory.resolve("java-" + Runtime.version().toString().replace('+', '_'));
  }

  /**
   * An image that was built.
   *
   * @param name with its tag
   * @param digest of its manifest, as a registry would give it
   */
  record Built(String name, Path archive, String digest) {}

  /**
   * Builds one.
   *
   * @throws ComponentFailed when the application is not packaged, the base is none or cannot be
   *     had, or the tag is no tag
   */
  Built build(Application application) throws IOException, InterruptedException {
    if (!Files.exists(application.files()) || !Files.exists(application.sbom())) {
      throw new ComponentFailed(
          "%s or %s is not there: ./order-system image packages them"
              .formatted(application.files(), application.sbom()));
    }
    link();
    Path staged = stage(application);
    train(application, staged);
    String name = "order-system/" + application.name() + ":" + tag;
    Path archive = directory.resolve(application.name() + ".tar");
    try {
      JibContainer built =
          layers(application, staged)
              .setFormat(ImageFormat.Docker)
              .setCreationTime(TIME)
              .setUser(USER)
              .setWorkingDirectory(AbsoluteUnixPath.get(HOME))
              .setExposedPorts(Set.of(Port.tcp(8080), Port.tcp(9000)))
              .setEnvironment(Map.of("LANG", "C.UTF-8", "JAVA_HOME", JAVA))
              .setLabels(labels(application))
              .setEntrypoint(command(JAVA + "/bin/java", application.start()))
              .containerize(
                  Containerizer.to(TarImage.at(archive).named(name))
                      .setBaseImageLayersCache(directory.resolve("cache"))
                      .setApplicationLayersCache(directory.resolve("cache"))
                      .setToolName("order-system"));
      return new Built(name, archive, built.getDigest().toString());
    } catch (InvalidImageReferenceException
        | RegistryException
        | ExecutionException
        | CacheDirectoryCreationException e) {
      throw new ComponentFailed("no image " + name + ": " + e.getMessage(), e);
    }
  }

  /** The same Java for all images, made once per release of it. */
  private void link() {
    if (Files.exists(java.resolve("bin/java"))) {
      return;
    }
    Path partial = directory.resolve("java.partial");
    StateDirectory.deleteTree(partial);
    Path jlink = Path.of(Jvm.java()).resolveSibling("jlink");
    var linked =
        Shell.run(
            LINKED_WITHIN,
            List.of(
                jlink.toString(),
                "--add-modules",
                String.join(",", MODULES),
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                "zip-6",
                "--output",
                partial.toString()));
    if (!linked.succeeded()) {
      throw new ComponentFailed("no Java for images: " + linked.output());
    }
    try {
      setTimes(partial);
      Files.move(partial, java);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path stage(Application application) throws IOException {
    Path staged = directory.resolve("stage").resolve(application.name());
    StateDirectory.deleteTree(staged);
    DirectoryCopy.copy(
        application.files(),
        StateDirectory.directory(staged),
        file -> application.leftOut().stream().noneMatch(file.toString()::startsWith));
    Files.copy(application.sbom(), staged.resolve("sbom.cdx.json"));
    setTimes(staged);
    return staged;
  }

  private static void setTimes(Path tree) throws IOException {
    try (var files = Files.walk(tree)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.setLastModifiedTime(file, FileTime.from(TIME));
      }
    }
  }

  /** Starts the application once, with this Java, and keeps the classes that it has loaded. */
  private void train(Application application, Path staged)
      throws IOException, InterruptedException {
    Path cache = staged.resolve(CACHE);
    var command = new ArrayList<>(List.of(java.resolve("bin/java").toString()));
    command.add("-XX:AOTCacheOutput=" + cache);
    command.addAll(OPTIONS);
    command.addAll(application.practice());
    var builder =
        new ProcessBuilder(command)
            .directory(staged.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(application.name() + ".training.log").toFile());
    builder.environment().putAll(application.training());
    Process training = builder.start();
    if (!training.waitFor(TRAINED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
      training.destroyForcibly();
      throw new ComponentFailed(application.name() + " does not end its training");
    }
    if (!Files.exists(cache)) {
      throw new ComponentFailed(
          application.name()
              + " has no cache of its classes: "
              + directory.resolve(application.name() + ".training.log"));
    }
    Files.setLastModifiedTime(cache, FileTime.from(TIME));
  }

  private static List<String> command(String program, List<String> start) {
    var command = new ArrayList<>(List.of(program, "-XX:AOTCache=" + HOME + "/" + CACHE));
    command.addAll(OPTIONS);
    command.addAll(start);
    return command;
  }

  private JibContainerBuilder layers(Application application, Path staged)
      throws IOException, InvalidImageReferenceException {
    JibContainerBuilder image;
    if (base == null) {
      image = Jib.fromScratch().addFileEntriesLayer(cLibrary());
    } else if (base.startsWith("tar://")) {
      image = Jib.from(TarImage.at(Path.of(base.substring("tar://".length()))));
    } else {
      image = Jib.from(base);
    }
    image.addFileEntriesLayer(layer("java", java, java, JAVA, file -> true));
    image.addFileEntriesLayer(
        layer("libraries", staged, staged.resolve("lib"), HOME, file -> true));
    image.addFileEntriesLayer(
        layer(
            "application",
            staged,
            staged,
            HOME,
            file -> !file.startsWith(staged.resolve("lib")) && !file.endsWith(CACHE)));
    image.addFileEntriesLayer(layer("classes", staged, staged.resolve(CACHE), HOME, file -> true));
    return image;
  }

  private FileEntriesLayer cLibrary() throws IOException {
    var layer = FileEntriesLayer.builder().setName("c-library");
    for (Path file : CLibrary.filesFor(java)) {
      layer.addEntry(
          file.toRealPath(),
          AbsoluteUnixPath.fromPath(file),
          FilePermissions.fromOctalString("755"),
          TIME);
    }
    Path names = StateDirectory.directory(directory.resolve("stage").resolve("names"));
    Files.writeString(
        names.resolve("passwd"), "order-system:x:65532:65532::/opt/order-system:/sbin/nologin\n");
    Files.writeString(names.resolve("group"), "order-system:x:65532:\n");
    Files.writeString(names.resolve("nsswitch.conf"), "hosts: files dns\n");
    for (String name : List.of("passwd", "group", "nsswitch.conf")) {
      layer.addEntry(
          names.resolve(name),
          AbsoluteUnixPath.get("/etc/" + name),
          FilePermissions.fromOctalString("644"),
          TIME);
    }
    Path empty = StateDirectory.directory(names.resolve("tmp"));
    layer.addEntry(
        empty, AbsoluteUnixPath.get("/tmp"), FilePermissions.fromOctalString("777"), TIME);
    return layer.build();
  }

  private static FileEntriesLayer layer(
      String name, Path root, Path from, String to, Predicate<Path> accepted) throws IOException {
    var layer = FileEntriesLayer.builder().setName(name);
    try (var files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        if (accepted.test(file)) {
          layer.addEntry(
              file,
              AbsoluteUnixPath.get(to).resolve(root.relativize(file).toString()),
              permissions(file),
              TIME);
        }
      }
    }
    return layer.build();
  }

  /** Read by everybody, written by nobody but root; programs and directories entered. */
  private static FilePermissions permissions(Path file) {
    return FilePermissions.fromOctalString(
        Files.isDirectory(file) || Files.isExecutable(file) ? "755" : "644");
  }

  private Map<String, String> labels(Application application) {
    var labels = new LinkedHashMap<String, String>();
    labels.put("org.opencontainers.image.title", application.title());
    labels.put("org.opencontainers.image.version", tag);
    labels.put("org.opencontainers.image.created", TIME.toString());
    labels.put("org.opencontainers.image.base.name", base == null ? "scratch" : base);
    var revision =
        Shell.run(
            Duration.ofSeconds(10),
            List.of("git", "-C", directory.toString(), "rev-parse", "HEAD"));
    if (revision.succeeded()) {
      labels.put("org.opencontainers.image.revision", revision.output().strip());
    }
    labels.put("io.ordersystem.sbom", HOME + "/sbom.cdx.json");
    labels.put("io.ordersystem.java", Runtime.version().toString());
    return labels;
  }
}
