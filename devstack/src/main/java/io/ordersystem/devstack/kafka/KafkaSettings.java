package io.ordersystem.devstack.kafka;

import io.ordersystem.contracts.Topic;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The settings of the local broker, with the reason of each that is not obvious. */
final class KafkaSettings {
  private static final String SETTINGS =
      """
      process.roles=broker,controller
      node.id=1
      controller.quorum.voters=1@127.0.0.1:%2$d
      listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d%5$s
      advertised.listeners=PLAINTEXT://127.0.0.1:%1$d%6$s
      listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LINK:PLAINTEXT
      controller.listener.names=CONTROLLER
      log.dirs=%3$s
      # A topic with a wrong number of partitions breaks the order of keys: no topic by accident.
      auto.create.topics.enable=false
      num.partitions=%4$d
      # There is one broker.
      default.replication.factor=1
      min.insync.replicas=1
      offsets.topic.replication.factor=1
      transaction.state.log.replication.factor=1
      transaction.state.log.min.isr=1
      share.coordinator.state.topic.replication.factor=1
      share.coordinator.state.topic.min.isr=1
      # The defaults of 50 partitions each cost the first consumer a second.
      offsets.topic.num.partitions=4
      transaction.state.log.num.partitions=4
      share.coordinator.state.topic.num.partitions=2
      # A consumer that starts gets its partitions at once.
      group.initial.rebalance.delay.ms=0
      group.min.session.timeout.ms=1000
      # 128 MB by default, allocated at the start.
      log.cleaner.dedupe.buffer.size=8388608
      log.cleaner.io.buffer.size=131072
      log.index.size.max.bytes=1048576
      num.network.threads=2
      num.io.threads=4
      # A broker that is killed may not come back before its session is over: 9 seconds by default.
      broker.session.timeout.ms=3000
      broker.heartbeat.interval.ms=500
      # Two seconds would pass between the end of the broker and its next start otherwise.
      controlled.shutdown.enable=false
      """;

  private KafkaSettings() {}

  /**
   * The settings.
   *
   * @param link where the broker also listens for clients that come over a link, and what it tells
   *     them to call it
   */
  static String of(int port, int controllerPort, Path data, KafkaBroker.@Nullable Link link) {
    return SETTINGS.formatted(
        port,
        controllerPort,
        data,
        Topic.PARTITIONS,
        link == null ? "" : ",LINK://127.0.0.1:" + link.port(),
        link == null ? "" : ",LINK://127.0.0.1:" + link.advertised());
  }
}
