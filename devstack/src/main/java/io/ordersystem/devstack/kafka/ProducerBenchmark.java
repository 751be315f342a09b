package io.ordersystem.devstack.kafka;

import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Jvm;
import io.ordersystem.devstack.process.Shell;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Kafka's own benchmark of producers, {@code kafka-producer-perf-test}: records of random bytes as
 * fast as the broker takes them.
 */
public final class ProducerBenchmark {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern RATE = Pattern.compile("([0-9.]+) records/sec");

  private ProducerBenchmark() {}

  /**
   * Records per second, on average, of a producer that waits for the broker's acknowledgements.
   *
   * @param topic which nobody reads, and which is made when it is not there
   * @param records how many
   * @param bytes of each
   */
  public static double run(String bootstrapServers, String topic, int records, int bytes) {
    KafkaTopics.create(bootstrapServers, topic);
    var outcome =
        Shell.run(
            LIMIT,
            List.of(
                Jvm.java(),
                "-Xmx256m",
                "-cp",
                KafkaClassPath.withTools(),
                "org.apache.kafka.tools.ProducerPerformance",
                "--topic",
                topic,
                "--num-records",
                Integer.toString(records),
                "--record-size",
                Integer.toString(bytes),
                "--throughput",
                "-1",
                "--producer-props",
                "bootstrap.servers=" + bootstrapServers,
                "acks=all"));
    // The last line is about all of them, those before about a few seconds each.
    return RATE.matcher(outcome.output())
        .results()
        .map(MatchResult::group)
        .reduce((first, last) -> last)
        .filter(rate -> outcome.succeeded())
        .map(rate -> Double.parseDouble(rate.split(" ")[0]))
        .orElseThrow(() -> new ComponentFailed("Kafka's benchmark failed:\n" + outcome.output()));
  }
}
