package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Decision;
import io.ordersystem.devstack.client.Movement;
import io.ordersystem.devstack.client.Offer;
import io.ordersystem.devstack.client.OrderRequest;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.client.OrderView;
import io.ordersystem.devstack.client.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One order of each kind, placed at the same time and followed to its end. */
final class Orders {
  static final String CURRENCY = "EUR";
  private static final Duration DEADLINE = Duration.ofSeconds(90);
  private static final int PLENTY = 100_000;

  private final Caller service;
  private final Caller operator;

  Orders(OrderSystemClient client) {
    this.service = client.service("prove");
    this.operator = client.operator("prove");
  }

  /** Makes the offers that {@link #placeEachKind} orders from. */
  void offerPlenty() {
    offer("prove-tea", "prove-seller-1", PLENTY);
    offer("prove-cup", "prove-seller-2", PLENTY);
  }

  void offer(String variant, String seller, int onHand) {
    operator.putOffer(
        variant, seller, new Offer.Terms("Offer of a proof", 500, CURRENCY, onHand, 0));
  }

  /**
   * Places an order that ends well, two that want the same last piece, one whose card is declined,
   * and one of two sellers; and takes in one piece of stock.
   *
   * @param run names the keys and the last piece
   * @return what is not as it should be; empty when all is well
   */
  List<String> placeEachKind(String run) throws InterruptedException {
    String last = "prove-last-" + run;
    offer(last, "prove-seller-1", 1);
    var ends = new ArrayList<Future<String>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ends.add(threads.submit(() -> end(run + "-well", null, line("prove-tea", 1))));
      ends.add(threads.submit(() -> end(run + "-last-a", null, line(last, 1))));
      ends.add(threads.submit(() -> end(run + "-last-b", null, line(last, 1))));
      ends.add(
          threads.submit(
              () -> end(run + "-declined", "pm_card_chargeDeclined", line("prove-tea", 1))));
      ends.add(
          threads.submit(
              () -> end(run + "-split", null, line("prove-tea", 1), line("prove-cup", 2))));
      ends.add(
          threads.submit(() -> {
            operator.move(
                "prove-tea", "prove-seller-1", Movement.receipt(1, "proof"), run + "-stock");
            return "taken in";
          }));
    }
    var wrong = new ArrayList<String>();
    expect(wrong, "stock", text(ends.get(5)), "taken in");
    expect(wrong, "well", text(ends.get(0)), "CONFIRMED AUTHORIZED");
    expect(wrong, "declined", text(ends.get(3)), "CANCELLED PAYMENT_DECLINED");
    expect(wrong, "split", text(ends.get(4)), "CONFIRMED AUTHORIZED with 2 children CONFIRMED");
    var contest = List.of(text(ends.get(1)), text(ends.get(2)));
    long won = contest.stream().filter("CONFIRMED AUTHORIZED"::equals).count();
    long soldOut =
        contest.stream()
            .filter(end -> end.equals("CANCELLED OUT_OF_STOCK") || end.equals("insufficient-stock"))
            .count();
    if (won != 1 || soldOut != 1) {
      wrong.add("the last piece: " + contest);
    }
    return wrong;
  }

  /** Places one order and answers how it ended, as one line. */
  String end(String key, @Nullable String card, OrderRequest.Line... lines) {
    return switch (service.place(request(card, lines), key, Duration.ZERO)) {
      case Placement.Refused refused -> refused.problem().code();
      case Placement.Placed placed ->
          described(
              new Decision(service, System::nanoTime)
                  .await(placed.order(), placed.consistencyToken(), DEADLINE));
    };
  }

  static OrderRequest.Line line(String variant, int quantity) {
    String seller = variant.equals("prove-cup") ? "prove-seller-2" : "prove-seller-1";
    return new OrderRequest.Line(variant, seller, quantity, null, null);
  }

  static OrderRequest request(@Nullable String card, OrderRequest.Line... lines) {
    return new OrderRequest(
        "prove-customer",
        List.of(lines),
        CURRENCY,
        null,
        new OrderRequest.Address("Ada", "Lindenweg 12", "Leipzig", null, "04109", "DE"),
        new OrderRequest.Contact("Ada", "ada@example.org", "en"),
        card);
  }

  private static String described(OrderView order) {
    String end =
        order.status()
            + " "
            + (order.status().equals("CANCELLED") ? order.cancelReason() : order.paymentStatus());
    if (!order.isSplit()) {
      return end;
    }
    var children = order.children().stream().map(OrderView::status).distinct().toList();
    return "%s with %d children %s"
        .formatted(end, order.children().size(), String.join(", ", children));
  }

  private static void expect(List<String> wrong, String kind, String end, String expected) {
    if (!end.equals(expected)) {
      wrong.add("%s: %s instead of %s".formatted(kind, end, expected));
    }
  }

  private static String text(Future<String> end) throws InterruptedException {
    try {
      return end.get();
    } catch (ExecutionException failure) {
      return String.valueOf(failure.getCause());
    }
  }
}
