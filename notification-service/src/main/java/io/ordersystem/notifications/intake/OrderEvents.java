package io.ordersystem.notifications.intake;

import io.ordersystem.notifications.message.EventEffect;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.inbox.Inbox;
import io.ordersystem.platform.inbox.MessageConsumer;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What happened to orders, and all that it does here. */
@ApplicationScoped
@Startup
class OrderEvents {
  private final MessageConsumer consumer;

  OrderEvents(Inbox inbox, @All List<EventEffect> effects) {
    consumer = inbox.consumer("order-events", (tx, events) -> all(effects, tx, events));
  }

  private static Uni<Void> all(List<EventEffect> effects, Tx tx, List<Received> events) {
    Uni<Void> all = Uni.createFrom().voidItem();
    for (EventEffect effect : effects) {
      all = all.chain(() -> effect.take(tx, events));
    }
    return all;
  }

  @Incoming("order-events")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return consumer.process(records);
  }
}
