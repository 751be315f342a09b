package io.ordersystem.orders.outcomes;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.ReservationChanged;
import io.ordersystem.orders.order.AdvanceOrders;
import io.ordersystem.orders.order.AdvanceOrders.Happening;
import io.ordersystem.orders.order.Answer;
import io.ordersystem.orders.order.Saga;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.inbox.Inbox;
import io.ordersystem.platform.inbox.MessageConsumer;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jspecify.annotations.Nullable;

/** What became of the stock that orders asked for. */
@ApplicationScoped
@Startup
class ReservationEvents {
  private final MessageConsumer consumer;

  ReservationEvents(Inbox inbox, AdvanceOrders advanceOrders) {
    consumer =
        inbox.consumer(
            "reservation-events",
            (tx, messages) ->
                advanceOrders.advance(
                    tx, messages.stream().flatMap(ReservationEvents::happening).toList()));
  }

  @Incoming("reservation-events")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return consumer.process(records);
  }

  private static Stream<Happening> happening(Received message) {
    var reservation = message.as(ReservationChanged.class);
    if (reservation.expiresAt() != null) {
      return Stream.empty(); // Made by REST: only an order's never ends by itself.
    }
    UUID orderId = UUID.fromString(message.subject());
    Cause cause = Cause.of(message);
    String reference = reservation.reference();
    return switch (message.type()) {
      case STOCK_RESERVED -> Stream.of(Happening.of(orderId, Saga.Input.STOCK_RESERVED, cause));
      case STOCK_REJECTED -> Stream.of(Happening.of(orderId, Saga.Input.STOCK_REJECTED, cause));
      case RESERVATION_COMMITTED -> answer(orderId, reference, EventType.COMMIT_STOCK, cause);
      case RESERVATION_RELEASED -> answer(orderId, reference, EventType.RELEASE_STOCK, cause);
      case RESERVATION_RETURNED -> answer(orderId, reference, EventType.RETURN_STOCK, cause);
      default -> Stream.empty();
    };
  }

  /** A release of everything has no reference, and nobody waits for its answer. */
  private static Stream<Happening> answer(
      UUID orderId, @Nullable String reference, EventType command, Cause cause) {
    return reference == null
        ? Stream.empty()
        : Stream.of(
            Happening.answer(
                orderId, new Answer(UUID.fromString(reference), command, null, null), cause));
  }
}
