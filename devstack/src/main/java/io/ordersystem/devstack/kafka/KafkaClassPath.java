package io.ordersystem.devstack.kafka;

import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Jvm;
import java.util.List;

/**
 * The part of our class path that a broker needs. Named one by one, because the class path of a
 * service's test holds a log manager that takes over the JVM, and because one and the same class
 * path everywhere means one and the same archive of loaded classes.
 */
final class KafkaClassPath {
  private static final String BROKER = "kafka_2.13-";
  private static final List<String> JARS =
      List.of(
          BROKER,
          "kafka-",
          "scala-",
          "jackson-",
          "slf4j-api-",
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
    return Jvm.join(
        Jvm.classPath().stream()
            .filter(entry -> {
              var name = entry.getFileName().toString();
              return name.endsWith(".jar") && JARS.stream().anyMatch(name::startsWith);
            })
            .sorted()
            .toList());
  }

  static String version() {
    return Jvm.jar(BROKER)
        .map(jar -> jar.getFileName().toString().substring(BROKER.length()).replace(".jar", ""))
        .orElseThrow(() -> new ComponentFailed("no " + BROKER + "*.jar on the class path"));
  }
}
