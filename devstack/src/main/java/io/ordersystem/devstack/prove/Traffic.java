package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.client.Caller;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.client.OrderView;
import io.ordersystem.devstack.client.Placement;
import io.ordersystem.devstack.process.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Orders at a steady rate, each read back from all four services: an open loop, in which the next
 * one does not wait for the answer to this one. What was taken and what failed is kept.
 */
public final class Traffic implements AutoCloseable {
  /** A failure that repeats for each request of a long run is shown so often. */
  private static final int KEPT_FAILURES = 20;

  private final Caller shop;
  private final Caller operator;
  private final String run;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger failedOrders = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, Taken> taken = new ConcurrentHashMap<>();

  /**
   * An order that was acknowledged.
   *
   * @param at when the answer came, of {@link System#nanoTime}
   * @param time the same on the clock
   */
  public record Taken(String id, long at, Instant time) {}

  private Traffic(OrderSystemClient client, String run) {
    this.shop = client.service("prove");
    this.operator = client.operator("prove");
    this.run = run;
  }

  /**
   * Begins.
   *
   * @param client as patient as its limits say; one that asks once only shows every failure
   * @param run in the keys of all orders
   */
  public static Traffic start(OrderSystemClient client, int perSecond, String run) {
    new Orders(client).offerPlenty();
    var traffic = new Traffic(client, run);
    traffic.clock.scheduleAtFixedRate(
        () -> traffic.threads.submit(traffic::one),
        0,
        1_000_000 / perSecond,
        TimeUnit.MICROSECONDS);
    return traffic;
  }

  private void one() {
    String key = run + "-n" + Integer.toString(begun.incrementAndGet(), 36);
    boolean acknowledged =
        tried(() -> {
          switch (shop.place(
              Orders.request(null, Orders.line("prove-tea", 1)), key, Duration.ZERO)) {
            case Placement.Placed placed -> {
              var order = placed.order();
              taken.put(order.id(), new Taken(order.id(), System.nanoTime(), Instant.now()));
              tried(() -> readBack(order, placed.consistencyToken()));
            }
            case Placement.Refused refused ->
                throw new IllegalStateException(
                    "refused with " + refused.status() + ": " + refused.problem());
          }
        });
    if (!acknowledged) {
      failedOrders.incrementAndGet();
    }
  }

  private void readBack(OrderView order, @Nullable String token) {
    tried(() -> shop.order(order.id(), Duration.ZERO, token));
    tried(() -> get("/api/inventory/prove-tea"));
    tried(() -> get("/api/payments?orderId=" + order.id()));
    tried(() -> get("/api/notifications?orderId=" + order.id()));
  }

  private void get(String path) {
    var answer = operator.call("GET", path, null, null);
    // What follows from an order may not be there yet.
    if (!answer.isOk() && answer.status() != 404) {
      throw new IllegalStateException(path + " answered " + answer.status() + " " + answer.body());
    }
  }

  private boolean tried(Runnable call) {
    try {
      call.run();
      answered.incrementAndGet();
      return true;
    } catch (RuntimeException failure) {
      if (failed.incrementAndGet() <= KEPT_FAILURES) {
        failures.add(String.valueOf(failure));
      }
      return false;
    }
  }

  /** No more orders; returns when the last one is answered. */
  public void stop() {
    clock.shutdown();
    threads.close();
  }

  /** No more orders; what is under way is given up, unless {@link #stop} has waited for it. */
  @Override
  public void close() {
    clock.shutdownNow();
    // A client that is patient would go on for minutes.
    threads.shutdownNow();
    threads.close();
  }

  /** Returns after so long. */
  public void runsFor(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    Await.within(time, () -> System.nanoTime() - end >= 0);
  }

  /** When the first order was acknowledged after that moment; both of {@link System#nanoTime}. */
  public OptionalLong firstAfter(long moment) {
    return taken.values().stream().mapToLong(Taken::at).filter(at -> at - moment >= 0).min();
  }

  /** The orders that were acknowledged, by id. */
  public Map<String, Taken> taken() {
    return Map.copyOf(taken);
  }

  /** How many were asked for. */
  public int begun() {
    return begun.get();
  }

  /** How many requests were answered well. */
  public int answered() {
    return answered.get();
  }

  /** How many requests were not. */
  public int failed() {
    return failed.get();
  }

  /** How many orders were not acknowledged in the end. */
  public int failedOrders() {
    return failedOrders.get();
  }

  /** The first ones of the requests that failed, in words. */
  public List<String> failures() {
    return List.copyOf(failures);
  }
}
