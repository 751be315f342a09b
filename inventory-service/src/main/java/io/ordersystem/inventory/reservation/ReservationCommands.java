package io.ordersystem.inventory.reservation;

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
class ReservationCommands {
  private final MessageConsumer consumer;

  ReservationCommands(Inbox inbox, ReservationEngine engine) {
    consumer = inbox.consumer("reservation-commands", engine::decide, engine::inTurn);
  }

  @Incoming("reservation-commands")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return consumer.process(records);
  }
}
