package io.ordersystem.devstack.replay;

import io.ordersystem.devstack.client.CallFailed;
import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.Decision;
import io.ordersystem.devstack.client.OrderRequest;
import io.ordersystem.devstack.client.OrderView;
import io.ordersystem.devstack.client.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Places the orders through the gateway, a few at a time, and follows each to its end. */
final class OrderReplay {
  // A system that is down, or decides nothing, must not be waited for 830 times.
  private static final int FAILURES_IN_A_ROW = 10;

  private final Caller service;
  private final String run;
  private final Timings timings;
  private final LongSupplier nanoTime;
  private final Duration deadline;
  private final AtomicInteger failures = new AtomicInteger();

  /**
   * @param deadline how long an order may take to be decided
   */
  OrderReplay(
      Caller service, String run, Timings timings, LongSupplier nanoTime, Duration deadline) {
    this.deadline = deadline;
    this.service = service;
    this.run = run;
    this.timings = timings;
    this.nanoTime = nanoTime;
  }

  /** What became of each order, in their order. With concurrency 1 each waits for the former. */
  List<Outcome> place(List<HistoricOrder> orders, int concurrency, Progress progress)
      throws InterruptedException {
    var free = new Semaphore(concurrency);
    var running = new ArrayList<Future<Outcome>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var order : orders) {
        free.acquire();
        running.add(
            threads.submit(() -> {
              try {
                var outcome = place(order);
                progress.done(outcome);
                return outcome;
              } finally {
                free.release();
              }
            }));
      }
      return collect(running);
    }
  }

  private static List<Outcome> collect(List<Future<Outcome>> running) throws InterruptedException {
    var outcomes = new ArrayList<Outcome>();
    for (var future : running) {
      try {
        outcomes.add(future.get());
      } catch (ExecutionException failure) {
        throw new IllegalStateException("an order could not be replayed", failure.getCause());
      }
    }
    return outcomes;
  }

  private Outcome place(HistoricOrder order) {
    if (failures.get() >= FAILURES_IN_A_ROW) {
      return open(order, "not placed: %d orders failed in a row".formatted(FAILURES_IN_A_ROW));
    }
    var outcome = tryToFollow(order);
    if (outcome instanceof Outcome.Open) {
      failures.incrementAndGet();
    } else {
      failures.set(0);
    }
    return outcome;
  }

  private Outcome tryToFollow(HistoricOrder order) {
    try {
      return follow(order);
    } catch (CallFailed failure) {
      return open(order, String.valueOf(failure.getMessage()));
    }
  }

  private Outcome follow(HistoricOrder order) {
    long start = nanoTime.getAsLong();
    // Not "Prefer: wait" here: the 201 would come with the decision, and could not be timed apart.
    var placement =
        service.place(request(order), "northwind-%s-%d".formatted(run, order.id()), Duration.ZERO);
    return switch (placement) {
      case Placement.Refused refused -> refused(order, refused);
      case Placement.Placed placed -> {
        timings.answered(nanoTime.getAsLong() - start);
        var last =
            new Decision(service, nanoTime)
                .await(placed.order(), placed.consistencyToken(), deadline);
        if (last.isDecided()) {
          timings.decided(nanoTime.getAsLong() - start);
        }
        yield outcome(order, service.withLines(last));
      }
    };
  }

  private static Outcome refused(HistoricOrder order, Placement.Refused refused) {
    return refused.problem().code().equals("insufficient-stock")
        ? new Outcome.Cancelled(order, Fate.OUT_OF_STOCK.name(), Optional.empty())
        : open(
            order, "refused with %d %s".formatted(refused.status(), refused.problem().summary()));
  }

  private Outcome outcome(HistoricOrder order, OrderView view) {
    return switch (view.status()) {
      case "CONFIRMED" -> new Outcome.Confirmed(order, view);
      case "CANCELLED" ->
          new Outcome.Cancelled(order, String.valueOf(view.cancelReason()), Optional.of(view));
      default ->
          new Outcome.Open(
              order,
              "is %s, payment %s, after %d s"
                  .formatted(view.status(), view.paymentStatus(), deadline.toSeconds()),
              Optional.of(view));
    };
  }

  private static Outcome open(HistoricOrder order, String why) {
    return new Outcome.Open(order, why, Optional.empty());
  }

  private static OrderRequest request(HistoricOrder order) {
    var lines =
        order.lines().stream()
            .map(line ->
                new OrderRequest.Line(
                    line.product().variantId(),
                    line.product().sellerId(),
                    line.quantity(),
                    line.unitPrice(),
                    line.discountAmount()))
            .toList();
    return new OrderRequest(
        order.customerId(),
        lines,
        Stocktaking.CURRENCY,
        order.shippingAmount(),
        order.address(),
        order.contact(),
        "pm_card_visa");
  }
}
