package io.ordersystem.payments.commands;

import io.ordersystem.platform.inbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes order-service's commands off their topic. */
@ApplicationScoped
class PaymentCommands {
  private final Inbox inbox;
  private final TakeCommands takeCommands;

  PaymentCommands(Inbox inbox, TakeCommands takeCommands) {
    this.inbox = inbox;
    this.takeCommands = takeCommands;
  }

  @Incoming("payment-commands")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return inbox.process("payment-commands", records, takeCommands::take);
  }
}
