package io.ordersystem.notifications.intake;

import io.ordersystem.platform.inbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What happened to orders. */
@ApplicationScoped
class OrderEvents {
  private final Inbox inbox;
  private final QueueMessages queueMessages;

  OrderEvents(Inbox inbox, QueueMessages queueMessages) {
    this.inbox = inbox;
    this.queueMessages = queueMessages;
  }

  @Incoming("order-events")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return inbox.process("order-events", records, queueMessages::queue);
  }
}
