package io.ordersystem.notifications.intake;

import io.ordersystem.contracts.Topic;
import io.ordersystem.platform.inbox.Inbox;
import io.ordersystem.platform.inbox.MessageConsumer;
import io.ordersystem.platform.inbox.Projection;
import io.ordersystem.platform.inbox.Projections;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Who is behind an order. */
@ApplicationScoped
@Startup
class OrderContacts {
  private final MessageConsumer consumer;

  OrderContacts(Inbox inbox, Projections projections, KeepContacts keepContacts) {
    consumer = inbox.consumer("order-contacts", keepContacts::keep);
    projections.register(
        new Projection(
            "contacts",
            Topic.ORDER_CONTACT,
            "contacts",
            List.of("order_id"),
            List.of("order_id"),
            table -> (tx, messages) -> KeepContacts.store(tx, table, messages),
            keepContacts::releaseAll));
  }

  @Incoming("order-contacts")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return consumer.process(records);
  }
}
