package io.ordersystem.devstack.replay;

import io.ordersystem.devstack.client.OrderView;
import java.util.Optional;

/** What became of one placed order, as the caller saw it. */
sealed interface Outcome {
  HistoricOrder order();

  /** The order as it was last answered, when it exists. */
  Optional<OrderView> view();

  record Confirmed(HistoricOrder order, OrderView answer) implements Outcome {
    @Override
    public Optional<OrderView> view() {
      return Optional.of(answer);
    }
  }

  /** The view is absent when the system refused to take the order at all. */
  record Cancelled(HistoricOrder order, String reason, Optional<OrderView> view)
      implements Outcome {}

  /** Neither confirmed nor cancelled, or nobody knows. */
  record Open(HistoricOrder order, String why, Optional<OrderView> view) implements Outcome {}
}
