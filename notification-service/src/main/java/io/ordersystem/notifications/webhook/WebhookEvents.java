package io.ordersystem.notifications.webhook;

import io.ordersystem.platform.inbox.Inbox;
import io.ordersystem.platform.inbox.MessageConsumer;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Events that nobody gets a mail about: stock and payments. Those of orders come by another way.
 */
@ApplicationScoped
@Startup
class WebhookEvents {
  private final MessageConsumer stock;
  private final MessageConsumer payments;

  WebhookEvents(Inbox inbox, FanOut fanOut) {
    stock = inbox.consumer("stock-events", fanOut::concerned, fanOut::take);
    payments = inbox.consumer("payment-events", fanOut::concerned, fanOut::take);
  }

  @Incoming("stock-events")
  public Uni<Void> onStock(ConsumerRecords<String, byte[]> records) {
    return stock.process(records);
  }

  @Incoming("payment-events")
  public Uni<Void> onPayments(ConsumerRecords<String, byte[]> records) {
    return payments.process(records);
  }
}
