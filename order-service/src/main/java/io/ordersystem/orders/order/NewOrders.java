package io.ordersystem.orders.order;

import io.ordersystem.contracts.EventType;
import io.ordersystem.orders.order.OrderView.PaymentView;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.OutgoingEvent;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** Stores new orders and starts their sagas. */
@Singleton
public class NewOrders {
  private final OrderTable orders;
  private final OrderConfig config;
  private final Ids ids;
  private final Clock clock;

  NewOrders(OrderTable orders, OrderConfig config, Ids ids, Clock clock) {
    this.orders = orders;
    this.config = config;
    this.ids = ids;
    this.clock = clock;
  }

  /** The order as it was stored: PENDING, its stock asked for. */
  public Uni<OrderView> place(Tx tx, Placement placement, String actor, Cause cause) {
    Instant now = clock.instant();
    OrderTree tree = placement.place(ids::at, now, now.plus(config.expiresAfter()));
    var process = new OrderProcess(tree, OrderProcess.SagaRow.NEW);
    process.await(Saga.Step.RESERVING, now.plus(config.answerWithin()));
    OutgoingEvent reserve =
        OutgoingEvent.command(
            EventType.RESERVE_STOCK, tree.id().toString(), tree.reserveStock(), cause);
    return orders
        .insert(tx, process, actor, cause, List.of(reserve))
        .map(stored -> OrderView.of(tree, PaymentView.NONE));
  }
}
