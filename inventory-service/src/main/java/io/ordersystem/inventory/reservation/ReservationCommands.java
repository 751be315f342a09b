package io.ordersystem.inventory.reservation;

import io.ordersystem.platform.inbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Takes order-service's commands off their topic. */
@ApplicationScoped
class ReservationCommands {
  private final Inbox inbox;
  private final DecideReservations decideReservations;

  ReservationCommands(Inbox inbox, DecideReservations decideReservations) {
    this.inbox = inbox;
    this.decideReservations = decideReservations;
  }

  @Incoming("reservation-commands")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return inbox.process("reservation-commands", records, decideReservations::decide);
  }
}
