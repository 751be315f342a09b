package io.ordersystem.orders.saga;

import io.ordersystem.orders.order.OrderDetails;
import io.ordersystem.orders.order.OrderProcess.SagaRow;
import io.ordersystem.orders.order.OrderStatus;
import io.ordersystem.orders.order.OrderView;
import io.ordersystem.orders.order.SagaTable;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Says where an order is, what it waits for, and what can be done about it. */
@ApplicationScoped
class ExplainSaga {
  private final Transactions transactions;
  private final OrderDetails details;
  private final SagaTable sagas;

  ExplainSaga(Transactions transactions, OrderDetails details, SagaTable sagas) {
    this.transactions = transactions;
    this.details = details;
    this.sagas = sagas;
  }

  /** The saga of the order's tree: a child has its parent's. */
  Uni<SagaView> explain(Caller caller, String idOrNumber) {
    return details
        .getLatest(caller, idOrNumber)
        .chain(order -> {
          UUID parent = order.parentOrderId();
          return parent == null
              ? Uni.createFrom().item(order)
              : details.getLatest(caller, parent.toString());
        })
        .chain(root ->
            transactions
                .reading(tx -> sagas.find(tx, root.id()))
                .map(saga -> view(root, saga.orElseThrow())));
  }

  private static SagaView view(OrderView order, SagaRow saga) {
    return new SagaView(
        order.id(),
        order.orderNumber(),
        order.status(),
        saga.step().name(),
        saga.deadline(),
        saga.attempts(),
        saga.flag() == null ? null : saga.flag().reason(),
        saga.flag() == null ? null : saga.flag().since(),
        saga.pending().stream()
            .map(command ->
                new SagaView.Pending(
                    command.id(),
                    command.type().name(),
                    command.deadline(),
                    command.attempts(),
                    command.failure()))
            .toList(),
        explanation(order, saga),
        actions(order, saga),
        saga.version());
  }

  private static String explanation(OrderView order, SagaRow saga) {
    String waits =
        switch (saga.step()) {
          case RESERVING -> "waits for inventory-service to hold its stock";
          case AUTHORIZING ->
              order.paymentStatus().equals("REQUIRES_ACTION")
                  ? "waits for its customer to confirm the payment until " + order.expiresAt()
                  : "waits for payment-service to authorise its money";
          case COMPLETED -> "is confirmed";
          case CANCELLED -> "is cancelled for good: " + order.cancelReason();
        };
    long refused = saga.pending().stream().filter(c -> c.failure() != null).count();
    long unanswered = saga.pending().size() - refused;
    return waits
        + (unanswered == 0 ? "" : "; %d commands are not answered yet".formatted(unanswered))
        + (refused == 0 ? "" : "; %d commands were refused".formatted(refused));
  }

  private static List<String> actions(OrderView order, SagaRow saga) {
    var actions = new ArrayList<String>();
    if (saga.deadline() != null || !saga.pending().isEmpty()) {
      actions.add("resume");
    }
    boolean unshipped =
        order.fulfilmentStatus().equals("NONE")
            && !order.status().equals(OrderStatus.CANCELLED.name());
    if (unshipped) {
      actions.add("compensate");
    }
    return actions;
  }
}
