package io.ordersystem.devstack.top;

import io.ordersystem.devstack.metrics.Sample;
import io.ordersystem.devstack.metrics.Samples;
import io.ordersystem.devstack.top.Observation.Offer;
import io.ordersystem.devstack.top.Observation.Stock;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What customers and sellers have of the system: orders, payments, stock. */
final class Business {
  private static final List<Integer> TIMED = List.of(26, 7, 8, 8);

  private final Services services;

  Business(Services services) {
    this.services = services;
  }

  Block orders() {
    var block = new Block(1, TIMED, "ORDERS", "per s", "p50", "p99");
    Told order = services.of("order");
    Samples requests = order.growth().named("order_creation_requests_total");
    Samples edges = order.growth().named("order_transition_latency_seconds_count");
    add(
        block,
        "created",
        order,
        requests.with("result", "created"),
        order.growth().named("order_creation_duration_seconds_bucket"));
    add(
        block,
        "confirmed",
        order,
        edges.with("to", "confirmed"),
        order
            .growth()
            .named("order_transition_latency_seconds_bucket")
            .with("from", "pending")
            .with("to", "confirmed"));
    block.add("cancelled", order.rate(edges.with("to", "cancelled")));
    edges.all().stream()
        .sorted(Comparator.comparing(Business::edge))
        .forEach(edge -> block.add("  " + edge(edge), order.rate(new Samples(List.of(edge)))));
    Samples reasons = order.growth().named("order_cancellations_total");
    for (String reason : reasons.values("reason")) {
      block.add("  for " + reason, order.rate(reasons.with("reason", reason)));
    }
    for (String result : List.of("repeated", "refused", "failed")) {
      block.add("requests " + result, order.rate(requests.with("result", result)));
    }
    return block;
  }

  private static String edge(Sample latency) {
    return latency.label("from") + " -> " + latency.label("to");
  }

  Block payments() {
    var block = new Block(1, TIMED, "PAYMENTS", "per s", "p50", "p99");
    Told payment = services.of("payment");
    for (String outcome : List.of("authorized", "declined", "action_required")) {
      add(
          block,
          outcome,
          payment,
          payment.growth().named("payments_processing_seconds_count").with("outcome", outcome),
          payment.growth().named("payments_processing_seconds_bucket").with("outcome", outcome));
    }
    return block;
  }

  private static void add(Block block, String name, Told told, Samples counted, Samples buckets) {
    block.add(name, told.rate(counted), told.quantile(buckets, 0.5), told.quantile(buckets, 0.99));
  }

  Block reservations() {
    var results = List.of("granted", "refused", "failed");
    var block =
        new Block(1, List.of(22, 9, 9, 9), "RESERVATIONS per s", "granted", "refused", "failed");
    Told inventory = services.of("inventory");
    for (String door : List.of("orders", "rest")) {
      Samples requests =
          inventory.growth().named("inventory_reservation_requests_total").with("door", door);
      block.add(
          Stream.concat(
                  Stream.of("by " + door),
                  results.stream().map(result -> inventory.rate(requests.with("result", result))))
              .toArray(String[]::new));
    }
    return block;
  }

  Block sagas() {
    var block = new Block(1, List.of(33, 8, 8), "SAGAS", "waiting", "overdue");
    Samples order = services.of("order").now();
    Samples waiting = order.named("order_sagas_waiting");
    for (String step : waiting.values("step")) {
      block.add(
          step,
          Text.count(waiting.with("step", step).max()),
          Text.age(order.named("order_sagas_overdue_seconds").with("step", step).max()));
    }
    block.add("flagged for somebody", Text.count(order.named("order_sagas_flagged").max()));
    return block;
  }

  static Block stock(Stock stock) {
    var block =
        new Block(
            2,
            List.of(42, 28, 10, 10, 10),
            "MOST RESERVED NOW",
            "seller",
            "reserved",
            "on hand",
            "free");
    for (Offer offer : stock.offers()) {
      block.add(
          offer.variant(),
          offer.seller(),
          Text.format("%,d", offer.reserved()),
          Text.format("%,d", offer.onHand()),
          Text.format("%,d", offer.onHand() - offer.reserved()));
    }
    if (stock.offers().isEmpty()) {
      block.add(stock.failure() == null ? Text.NOTHING : Text.UNKNOWN);
    }
    return block;
  }
}
