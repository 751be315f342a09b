package io.ordersystem.devstack.kafka;

import io.ordersystem.contracts.Topic;
import io.ordersystem.devstack.process.ComponentFailed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/** Makes every topic of the system, before any service starts and as often as it is asked. */
final class KafkaTopics {
  private static final int LIMIT_SECONDS = 30;

  private KafkaTopics() {}

  /** All topics of the system. */
  static void create(String bootstrapServers) {
    create(bootstrapServers, Arrays.stream(Topic.values()).map(KafkaTopics::newTopic).toList());
  }

  /** One that is none of the system's, with as many partitions. */
  static void create(String bootstrapServers, String topic) {
    create(bootstrapServers, List.of(new NewTopic(topic, Topic.PARTITIONS, (short) 1)));
  }

  private static void create(String bootstrapServers, List<NewTopic> wanted) {
    try (var admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      var existing = admin.listTopics().names().get(LIMIT_SECONDS, TimeUnit.SECONDS);
      var missing = wanted.stream().filter(topic -> !existing.contains(topic.name())).toList();
      admin.createTopics(missing).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ComponentFailed("interrupted while creating topics", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new ComponentFailed("could not create the topics: " + e.getMessage(), e);
    }
  }

  private static NewTopic newTopic(Topic topic) {
    return new NewTopic(topic.topicName(), Topic.PARTITIONS, (short) 1).configs(topic.settings());
  }
}
