package io.ordersystem.orders.outcomes;

import io.ordersystem.contracts.EventType;
import io.ordersystem.orders.order.AdvanceOrders;
import io.ordersystem.orders.order.AdvanceOrders.Happening;
import io.ordersystem.orders.order.Saga;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.inbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What became of the stock that orders asked for. */
@ApplicationScoped
class ReservationEvents {
  private final Inbox inbox;
  private final AdvanceOrders advanceOrders;

  ReservationEvents(Inbox inbox, AdvanceOrders advanceOrders) {
    this.inbox = inbox;
    this.advanceOrders = advanceOrders;
  }

  @Incoming("reservation-events")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return inbox.process(
        "reservation-events",
        records,
        (tx, messages) ->
            advanceOrders.advance(
                tx, messages.stream().flatMap(ReservationEvents::happening).toList()));
  }

  private static Stream<Happening> happening(Received message) {
    return input(message.type()).stream()
        .map(input -> Happening.of(UUID.fromString(message.subject()), input, Cause.of(message)));
  }

  /** Releases and commits answer commands of ours that need no answer. */
  private static Optional<Saga.Input> input(EventType type) {
    return switch (type) {
      case STOCK_RESERVED -> Optional.of(Saga.Input.STOCK_RESERVED);
      case STOCK_REJECTED -> Optional.of(Saga.Input.STOCK_REJECTED);
      default -> Optional.empty();
    };
  }
}
