package io.ordersystem.payments.commands;

import io.ordersystem.platform.inbox.Inbox;
import io.ordersystem.platform.inbox.MessageConsumer;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes order-service's commands off their topic. */
@ApplicationScoped
@Startup
class PaymentCommands {
  private final MessageConsumer consumer;

  PaymentCommands(Inbox inbox, TakeCommands takeCommands) {
    consumer = inbox.consumer("payment-commands", takeCommands::take);
  }

  @Incoming("payment-commands")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return consumer.process(records);
  }
}
