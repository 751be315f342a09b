package io.ordersystem.devstack.kafka;

import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.Cache;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Daemon;
import io.ordersystem.devstack.process.DirectoryCopy;
import io.ordersystem.devstack.process.Jvm;
import io.ordersystem.devstack.process.Launch;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.process.Shell;
import io.ordersystem.devstack.process.StateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One Kafka broker that is its own controller, in a JVM of its own. */
public final class KafkaBroker {
  /** The name of the process. */
  public static final String NAME = "kafka";

  private static final String CLUSTER_ID = "b3JkZXItc3lzdGVtLWxvYw";
  private static final Duration READY = Duration.ofSeconds(45);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration FORMAT_LIMIT = Duration.ofSeconds(60);

  private final Daemon daemon;
  private final StateDirectory state;
  private final int port;
  private final int controllerPort;
  private boolean compiledFully;
  private final @Nullable Link link;

  /**
   * A second way in: a client's first answer names the address of the next call, so a client that
   * comes over a link must be told the link's.
   *
   * @param port where the broker listens for it
   * @param advertised the link's port
   */
  public record Link(int port, int advertised) {}

  public KafkaBroker(StateDirectory state, int port, int controllerPort) {
    this(state, port, controllerPort, null);
  }

  public KafkaBroker(StateDirectory state, int port, int controllerPort, @Nullable Link link) {
    this.link = link;
    this.daemon = new Daemon(NAME, state);
    this.state = state;
    this.port = port;
    this.controllerPort = controllerPort;
  }

  /**
   * From the next start on the broker is compiled as in production, and not to be quick at first.
   */
  public void compileFully() {
    compiledFully = true;
  }

  /** For {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Starts the broker unless it runs, and returns when every topic exists. */
  public void start() {
    if (daemon.running().isEmpty()) {
      launch();
    }
    var listens = Await.within(READY, () -> daemon.running().isEmpty() || Ports.answers(port));
    if (!listens || daemon.running().isEmpty()) {
      throw new ComponentFailed("kafka did not start\n" + String.join("\n", daemon.lastLog(15)));
    }
    KafkaTopics.create(bootstrapServers());
  }

  /** Whether the process runs and accepts connections. */
  public boolean healthy() {
    return daemon.running().isPresent() && Ports.answers(port);
  }

  /** Stops the broker cleanly. */
  public void stop() {
    daemon.stop("TERM", PATIENCE);
  }

  /** The process, for tests that freeze or kill it. */
  public Daemon daemon() {
    return daemon;
  }

  private void launch() {
    var data = state.root().resolve(NAME);
    var settings = state.data("run").resolve("kafka.properties");
    try {
      if (!Files.exists(data.resolve("meta.properties"))) {
        DirectoryCopy.replace(emptyStorage(), data, relative -> true);
      }
      Files.writeString(settings, KafkaSettings.of(port, controllerPort, data, link));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var command = new ArrayList<>(java());
    if (!compiledFully) {
      command.add("-XX:TieredStopAtLevel=1");
    }
    // The archive of loaded classes halves the start. It belongs to one class path and one JDK, and
    // is made by the first broker that ends cleanly.
    command.addAll(
        List.of("-Xmx384m", "-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive()));
    command.addAll(List.of("-cp", KafkaClassPath.argument(), "kafka.Kafka", settings.toString()));
    daemon.start(Launch.of(state.root(), command));
  }

  private static Path archive() {
    var key = KafkaClassPath.argument() + System.getProperty("java.vm.version");
    return Cache.root().resolve("kafka-" + Integer.toHexString(key.hashCode()) + ".jsa");
  }

  // Formatting takes a JVM of its own and its result is the same each time.
  private static Path emptyStorage() {
    return Cache.directory("kafka-" + KafkaClassPath.version() + "-storage", KafkaBroker::format);
  }

  private static void format(Path directory) {
    var settings = directory.resolveSibling(directory.getFileName() + ".properties");
    try {
      Files.writeString(settings, KafkaSettings.of(0, 1, directory, null));
      var command = new ArrayList<>(java());
      command.add("-XX:TieredStopAtLevel=1");
      command.addAll(List.of("-cp", KafkaClassPath.argument(), "kafka.tools.StorageTool"));
      command.addAll(List.of("format", "-t", CLUSTER_ID, "-c", settings.toString()));
      var outcome = Shell.run(FORMAT_LIMIT, command);
      if (!outcome.succeeded()) {
        throw new ComponentFailed("could not format Kafka's storage: " + outcome.output());
      }
      Files.delete(settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> java() {
    return List.of(
        Jvm.java(),
        "-XX:+UseSerialGC",
        "-Xshare:auto",
        "-Xlog:cds=error,cds+dynamic=error",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS");
  }
}
