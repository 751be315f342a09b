package io.ordersystem.orders.outcomes;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.payment.PaymentChanged;
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
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jspecify.annotations.Nullable;

/** What became of the money that orders asked for. */
@ApplicationScoped
@Startup
class PaymentEvents {
  private final MessageConsumer consumer;

  PaymentEvents(Inbox inbox, AdvanceOrders advanceOrders) {
    consumer =
        inbox.consumerWithPreludes(
            "payment-events",
            message -> message.type() == EventType.PAYMENT_REQUESTED,
            (tx, messages) ->
                advanceOrders.advance(
                    tx, messages.stream().map(PaymentEvents::happening).toList()));
  }

  @Incoming("payment-events")
  public Uni<Void> on(ConsumerRecords<String, byte[]> records) {
    return consumer.process(records);
  }

  private static Happening happening(Received message) {
    PaymentChanged payment = message.as(PaymentChanged.class);
    return new Happening(
        payment.orderId(),
        input(message.type()),
        Cause.of(message),
        answer(payment.operation()),
        payment,
        message.version());
  }

  private static @Nullable Answer answer(PaymentChanged.@Nullable Operation operation) {
    if (operation == null) {
      return null;
    }
    EventType command =
        switch (operation.kind()) {
          case "CAPTURE" -> EventType.CAPTURE_PAYMENT;
          case "RELEASE" -> EventType.RELEASE_PAYMENT;
          case "REFUND" -> EventType.REFUND_PAYMENT;
          default -> null; // of a later version: what it tells is not about a command of ours
        };
    if (command == null) {
      return null;
    }
    String failure = operation.failureCode();
    boolean failed = operation.status().equals("FAILED");
    return new Answer(
        operation.operationId(),
        command,
        failed && failure == null ? "failed" : failure,
        new Answer.Money(operation.orderId(), operation.amount()));
  }

  /** The rest is told for the record only: an unknown outcome is resolved by payment-service. */
  private static Saga.@Nullable Input input(EventType type) {
    return switch (type) {
      case PAYMENT_AUTHORIZED -> Saga.Input.PAYMENT_AUTHORIZED;
      case PAYMENT_ACTION_REQUIRED -> Saga.Input.PAYMENT_ACTION_REQUIRED;
      case PAYMENT_DECLINED -> Saga.Input.PAYMENT_DECLINED;
      case PAYMENT_VOIDED -> Saga.Input.PAYMENT_LAPSED;
      default -> null;
    };
  }
}
