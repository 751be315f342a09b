package io.ordersystem.devstack.demo;

import io.ordersystem.devstack.client.CallFailed;
import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Decision;
import io.ordersystem.devstack.client.OrderRequest;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.client.Placement;
import java.time.Duration;

/** Places orders as the customers themselves, and waits for each. */
final class PlaceWishes {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final OrderSystemClient client;
  private final String run;

  PlaceWishes(OrderSystemClient client, String run) {
    this.client = client;
    this.run = run;
  }

  Became place(Shop.Wish wish, int number) {
    try {
      var customer = client.customer(customerId(wish));
      var placement =
          customer.place(request(wish), "demo-%s-%d".formatted(run, number), Caller.LONGEST_WAIT);
      return switch (placement) {
        case Placement.Refused refused -> Became.refused(wish, refused.status(), refused.problem());
        case Placement.Placed placed ->
            Became.order(
                wish,
                new Decision(customer, System::nanoTime)
                    .await(placed.order(), placed.consistencyToken(), DEADLINE));
      };
    } catch (CallFailed failure) {
      return Became.failed(wish, String.valueOf(failure.getMessage()));
    }
  }

  static String customerId(Shop.Wish wish) {
    return "customer-" + wish.customer();
  }

  private static OrderRequest request(Shop.Wish wish) {
    var lines =
        wish.lines().stream()
            .map(line ->
                new OrderRequest.Line(
                    line.offer().variantId(), line.offer().sellerId(), line.quantity(), null, null))
            .toList();
    var name = Character.toUpperCase(wish.customer().charAt(0)) + wish.customer().substring(1);
    return new OrderRequest(
        customerId(wish),
        lines,
        Shop.CURRENCY,
        null,
        new OrderRequest.Address(name, "Lindenweg 12", "Leipzig", null, "04109", "DE"),
        new OrderRequest.Contact(name, wish.customer() + "@example.org", "en"),
        wish.card());
  }
}
