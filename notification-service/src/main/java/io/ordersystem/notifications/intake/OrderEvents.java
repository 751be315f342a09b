package io.ordersystem.notifications.intake;

import io.ordersystem.platform.inbox.Inbox;
import io.ordersystem.platform.inbox.MessageConsumer;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What happened to orders. */
@ApplicationScoped
@Startup
class OrderEvents {
  private final MessageConsumer consumer;

  OrderEvents(Inbox inbox, QueueMessages queueMessages) {
    consumer = inbox.consumer("order-events", queueMessages::queue);
  }

  @Incoming("order-events")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return consumer.process(records);
  }
}
