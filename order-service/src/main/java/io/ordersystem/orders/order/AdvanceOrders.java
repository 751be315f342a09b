package io.ordersystem.orders.order;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.ReleaseStock;
import io.ordersystem.contracts.payment.PaymentChanged;
import io.ordersystem.contracts.payment.VoidPayment;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.OutgoingEvent;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/** Moves many orders on in one transaction: locks them in id order, decides each, writes sets. */
@Singleton
public class AdvanceOrders {
  private static final int MOST_DOUBLINGS = 4;

  private final OrderTable orders;
  private final OrderWaiters waiters;
  private final OrderConfig config;
  private final Clock clock;
  private final MeterRegistry metrics;

  AdvanceOrders(
      OrderTable orders,
      OrderWaiters waiters,
      OrderConfig config,
      Clock clock,
      MeterRegistry metrics) {
    this.orders = orders;
    this.waiters = waiters;
    this.config = config;
    this.clock = clock;
    this.metrics = metrics;
  }

  /**
   * Something that happened to one order.
   *
   * @param input null when only the payment's details are news
   */
  public record Happening(
      UUID orderId,
      Saga.@Nullable Input input,
      Cause cause,
      @Nullable PaymentChanged payment,
      long paymentVersion) {
    public static Happening of(UUID orderId, Saga.Input input, Cause cause) {
      return new Happening(orderId, input, cause, null, 0);
    }
  }

  /**
   * Applies what happened, at most once per order and call. Unknown orders are skipped: their
   * messages are not about us.
   */
  public Uni<Void> advance(Tx tx, List<Happening> happenings) {
    var ids = new TreeSet<UUID>();
    happenings.forEach(happening -> ids.add(happening.orderId()));
    return orders.lock(tx, ids).chain(found -> write(tx, happenings, found));
  }

  private Uni<Void> write(Tx tx, List<Happening> happenings, Map<UUID, OrderProcess> found) {
    Instant now = clock.instant();
    var moved = new ArrayList<OrderProcess>();
    var commands = new ArrayList<OutgoingEvent>();
    var causes = new java.util.HashMap<UUID, Cause>();
    for (Happening happening : happenings) {
      OrderProcess process = found.get(happening.orderId());
      if (process == null) {
        Log.warnf("%s for an order that is not here: %s", happening.input(), happening.orderId());
        continue;
      }
      causes.put(happening.orderId(), happening.cause());
      if (move(process, happening, now, commands)) {
        moved.add(process);
      }
    }
    return orders
        .save(tx, moved, "saga", id -> causes.getOrDefault(id, Cause.NONE), commands)
        .invoke(() -> tx.afterCommit(() -> committed(moved, causes)));
  }

  /** True when there is something to write. */
  private boolean move(
      OrderProcess process, Happening happening, Instant now, List<OutgoingEvent> commands) {
    PaymentChanged payment = happening.payment();
    if (payment != null) {
      process.learn(payment, happening.paymentVersion());
    }
    Saga.Input input = happening.input();
    if (input == null || isStale(process, input, now)) {
      return payment != null;
    }
    boolean free = process.tree().root().header().amounts().total() == 0;
    Saga.Decision decision = Saga.decide(process.step(), input, free);
    if (decision.actions().isEmpty() && decision.step() == process.step()) {
      return payment != null;
    }
    decision.actions().forEach(action -> act(process, action, happening.cause(), now, commands));
    await(process, decision, now);
    return true;
  }

  /** A timer was read before the order was locked: it may have moved on since. */
  private static boolean isStale(OrderProcess process, Saga.Input input, Instant now) {
    return switch (input) {
      case EXPIRED -> !process.isExpired(now);
      case UNANSWERED -> !process.isOverdue(now);
      default -> false;
    };
  }

  private static void act(
      OrderProcess process,
      Saga.Action action,
      Cause cause,
      Instant now,
      List<OutgoingEvent> commands) {
    OrderTree tree = process.tree();
    String key = tree.id().toString();
    switch (action) {
      case CONFIRM -> tree.confirm(now);
      case REQUIRE_ACTION -> tree.requireAction(now);
      case CANCEL_OUT_OF_STOCK -> tree.cancel(CancelReason.OUT_OF_STOCK, now);
      case CANCEL_PAYMENT_DECLINED -> tree.cancel(CancelReason.PAYMENT_DECLINED, now);
      case CANCEL_EXPIRED -> tree.cancel(CancelReason.EXPIRED, now);
      case RESERVE_STOCK ->
          commands.add(
              OutgoingEvent.command(EventType.RESERVE_STOCK, key, tree.reserveStock(), cause));
      case AUTHORIZE_PAYMENT ->
          commands.add(
              OutgoingEvent.command(
                  EventType.AUTHORIZE_PAYMENT, key, tree.authorizePayment(), cause));
      case RELEASE_STOCK ->
          commands.add(
              OutgoingEvent.command(
                  EventType.RELEASE_STOCK, key, new ReleaseStock(key, reason(tree)), cause));
      case VOID_PAYMENT ->
          commands.add(
              OutgoingEvent.command(
                  EventType.VOID_PAYMENT, key, new VoidPayment(tree.id(), reason(tree)), cause));
    }
  }

  private static String reason(OrderTree tree) {
    CancelReason reason = tree.root().state().cancelReason();
    return reason == null ? "CANCELLED" : reason.name();
  }

  private void await(OrderProcess process, Saga.Decision decision, Instant now) {
    boolean asked =
        decision.actions().contains(Saga.Action.RESERVE_STOCK)
            || decision.actions().contains(Saga.Action.AUTHORIZE_PAYMENT);
    if (asked) {
      int doublings =
          decision.step() == process.step() ? Math.min(process.attempts(), MOST_DOUBLINGS) : 0;
      Duration patience = config.answerWithin().multipliedBy(1L << doublings);
      process.await(decision.step(), now.plus(patience));
    } else {
      process.rest(decision.step());
    }
  }

  private void committed(List<OrderProcess> moved, Map<UUID, Cause> causes) {
    for (OrderProcess process : moved) {
      Order root = process.tree().root();
      if (root.changes().isEmpty()) {
        continue; // The saga moved, the order did not: nothing that anybody waits for.
      }
      waiters.signal(root.header().id());
      CancelReason reason = root.state().cancelReason();
      metrics
          .counter(
              "orders.transitions",
              "to",
              root.status().name(),
              "reason",
              reason == null ? "none" : reason.name())
          .increment();
      log(root, reason, causes.getOrDefault(root.header().id(), Cause.NONE));
    }
  }

  /**
   * The one line per transition, found by the order's id and by the trace of the request that began
   * it.
   */
  private static void log(Order root, @Nullable CancelReason reason, Cause cause) {
    MDC.put("orderId", root.header().id().toString());
    cause.traceId().ifPresent(trace -> MDC.put("traceId", trace));
    Log.infof(
        "Order %s is %s%s",
        root.header().number(), root.status(), reason == null ? "" : ": " + reason);
    MDC.remove("traceId");
    MDC.remove("orderId");
  }
}
