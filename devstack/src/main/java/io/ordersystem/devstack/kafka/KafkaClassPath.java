package io.ordersystem.devstack.kafka;

import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Jvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The part of our class path that a broker needs. Named one by one, because the class path of a
 * service's test holds a log manager that takes over the JVM, and because one and the same class
 * path everywhere means one and the same archive of loaded classes.
 */
final class KafkaClassPath {
  private static final String BROKER = "kafka_2.13-";
  private static final String LOG_API = "slf4j-api-";

  /** With the first digit of its version: {@code kafka-tools-api} is part of the broker. */
  private static final String TOOLS = "kafka-tools-4";

  private static final List<String> JARS =
      List.of(
          BROKER,
          "kafka-",
          "scala-",
          "jackson-",
          LOG_API,
          "slf4j-simple-",
          "log4j-",
          "zstd-jni-",
          "snappy-java-",
          "lz4-java-",
          "pcollections-",
          "hash4j-",
          "caffeine-",
          "argparse4j-",
          "commons-",
          "snakeyaml-",
          "jopt-simple-",
          "metrics-core-",
          "re2j-",
          "HdrHistogram-",
          "jose4j-");

  private KafkaClassPath() {}

  static String argument() {
    return Jvm.join(broker().toList());
  }

  /** The same with Kafka's own tools. */
  static String withTools() {
    return Jvm.join(Stream.concat(broker(), Jvm.jar(TOOLS).stream()).toList());
  }

  private static Stream<Path> broker() {
    return Stream.concat(Jvm.classPath().stream(), log().stream())
        .filter(entry -> {
          var name = entry.getFileName().toString();
          return name.endsWith(".jar")
              && !name.startsWith(TOOLS)
              && JARS.stream().anyMatch(name::startsWith);
        })
        .distinct()
        .sorted();
  }

  // Tests of services do not have it on their class path, as they log otherwise; it lies beside the
  // API in a Maven repository. A broker without it works and says nothing.
  private static Optional<Path> log() {
    return Jvm.jar(LOG_API)
        .map(api -> api.toString().replace("slf4j-api", "slf4j-simple"))
        .map(Path::of)
        .filter(Files::exists);
  }

  static String version() {
    return Jvm.jar(BROKER)
        .map(jar -> jar.getFileName().toString().substring(BROKER.length()).replace(".jar", ""))
        .orElseThrow(() -> new ComponentFailed("no " + BROKER + "*.jar on the class path"));
  }
}
