package io.ordersystem.notifications.intake;

import io.ordersystem.platform.inbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Who is behind an order. */
@ApplicationScoped
class OrderContacts {
  private final Inbox inbox;
  private final KeepContacts keepContacts;

  OrderContacts(Inbox inbox, KeepContacts keepContacts) {
    this.inbox = inbox;
    this.keepContacts = keepContacts;
  }

  @Incoming("order-contacts")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return inbox.process("order-contacts", records, keepContacts::keep);
  }
}
