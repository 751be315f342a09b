package io.ordersystem.devstack.demo;

import io.ordersystem.devstack.client.OrderView;
import io.ordersystem.devstack.client.Problem;
import java.util.Optional;

/** What became of a wish, beside what should have. */
record Became(Shop.Wish wish, Optional<OrderView> order, String state) {

  static Became order(Shop.Wish wish, OrderView order) {
    var why = order.cancelReason() != null ? order.cancelReason() : order.paymentStatus();
    return new Became(wish, Optional.of(order), order.status() + " " + why);
  }

  static Became refused(Shop.Wish wish, int status, Problem problem) {
    return new Became(wish, Optional.empty(), "%d %s".formatted(status, problem.code()));
  }

  static Became failed(Shop.Wish wish, String why) {
    return new Became(wish, Optional.empty(), why);
  }

  boolean isAsExpected() {
    boolean stateFits =
        switch (wish.expected()) {
          case CONFIRMED -> order.isPresent() && state.equals("CONFIRMED AUTHORIZED");
          // Refused at once when the system knows, cancelled when it found out.
          case SOLD_OUT ->
              state.equals("409 insufficient-stock") || state.equals("CANCELLED OUT_OF_STOCK");
          case DECLINED -> state.equals("CANCELLED PAYMENT_DECLINED");
          case NEEDS_CUSTOMER -> state.equals("PENDING REQUIRES_ACTION");
        };
    return stateFits && order.map(this::adds).orElse(true);
  }

  private boolean adds(OrderView view) {
    long sellers = wish.sellers();
    return view.totalAmount() == wish.totalAmount()
        && view.children().size() == (sellers > 1 ? sellers : 0);
  }
}
