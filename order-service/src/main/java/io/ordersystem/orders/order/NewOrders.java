package io.ordersystem.orders.order;

import io.ordersystem.orders.order.OrderView.PaymentView;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;

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
    process.handle(
        Saga.Input.PLACED, null, new OrderProcess.Moment(now, cause, config.answerWithin()));
    return orders
        .insert(tx, process, actor, cause)
        .map(stored -> OrderView.of(tree, PaymentView.NONE));
  }
}
