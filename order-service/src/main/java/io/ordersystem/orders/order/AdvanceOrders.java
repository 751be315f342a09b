package io.ordersystem.orders.order;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.contracts.payment.PaymentChanged;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/** Moves many orders on in one transaction: locks them in id order, decides each, writes sets. */
@Singleton
public class AdvanceOrders {
  private final OrderTable orders;
  private final OrderWaiters waiters;
  private final OrderConfig config;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final TransitionMetrics transitions;

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
    this.transitions = new TransitionMetrics(clock, metrics);
  }

  /**
   * Something that happened to one order.
   *
   * @param input null when it does not concern the way to CONFIRMED
   * @param answer to a command about a confirmed order
   */
  public record Happening(
      UUID orderId,
      Saga.@Nullable Input input,
      Cause cause,
      @Nullable Answer answer,
      @Nullable PaymentChanged payment,
      long paymentVersion) {
    public static Happening of(UUID orderId, Saga.Input input, Cause cause) {
      return new Happening(orderId, input, cause, null, null, 0);
    }

    public static Happening answer(UUID orderId, Answer answer, Cause cause) {
      return new Happening(orderId, null, cause, answer, null, 0);
    }

    /** Whether it moves nothing, and only says how a payment is. */
    private boolean isNews() {
      return payment != null && input == null && answer == null;
    }
  }

  /**
   * Applies what happened, at most once per order and call, and before it what is only news of its
   * payment. Unknown orders are skipped: their messages are not about us.
   */
  public Uni<Void> advance(Tx tx, List<Happening> happenings) {
    Map<Boolean, List<Happening>> parts =
        happenings.stream().collect(Collectors.partitioningBy(Happening::isNews));
    List<Happening> moving = parts.getOrDefault(false, List.of());
    List<LearnedPayment> news =
        parts.getOrDefault(true, List.of()).stream()
            .map(said ->
                new LearnedPayment(Objects.requireNonNull(said.payment()), said.paymentVersion()))
            .toList();
    return orders
        .lock(tx, ids(moving))
        .chain(found -> orders.learn(tx, news).chain(() -> write(tx, moving, found)));
  }

  /** The same for those that nobody else has locked: the others are left for the next time. */
  public Uni<Void> advanceUnlocked(Tx tx, List<Happening> happenings) {
    return orders
        .lockFree(tx, ids(happenings))
        .chain(found ->
            write(
                tx,
                happenings.stream().filter(h -> found.containsKey(h.orderId())).toList(),
                found));
  }

  private static TreeSet<UUID> ids(List<Happening> happenings) {
    var ids = new TreeSet<UUID>();
    happenings.forEach(happening -> ids.add(happening.orderId()));
    return ids;
  }

  private Uni<Void> write(Tx tx, List<Happening> happenings, Map<UUID, OrderProcess> found) {
    Instant now = clock.instant();
    var moved = new ArrayList<OrderProcess>();
    var causes = new HashMap<UUID, Cause>();
    for (Happening happening : happenings) {
      OrderProcess process = found.get(happening.orderId());
      if (process == null) {
        Log.warnf("%s for an order that is not here: %s", happening.input(), happening.orderId());
        continue;
      }
      causes.put(happening.orderId(), happening.cause());
      if (move(process, happening, now)) {
        moved.add(process);
      }
    }
    return save(tx, moved, "saga", id -> causes.getOrDefault(id, Cause.NONE));
  }

  /** Writes processes that were moved on, and tells whoever waits. */
  Uni<Void> save(Tx tx, List<OrderProcess> moved, String actor, Function<UUID, Cause> cause) {
    return orders
        .save(tx, moved, actor, cause)
        .invoke(() -> tx.afterCommit(() -> committed(moved, cause)));
  }

  /** True when there is something to write. */
  private boolean move(OrderProcess process, Happening happening, Instant now) {
    var moment = new OrderProcess.Moment(now, happening.cause(), config.answerWithin());
    PaymentChanged payment = happening.payment();
    if (payment != null) {
      process.learn(new LearnedPayment(payment, happening.paymentVersion()));
    }
    Answer answer = happening.answer();
    boolean answered = answer != null && answer.apply(process, moment);
    Saga.Input input = happening.input();
    boolean handled =
        input != null && !isStale(process, input, now) && process.handle(input, null, moment);
    return payment != null || answered || handled;
  }

  /** A timer was read before the order was locked: it may have moved on since. */
  private static boolean isStale(OrderProcess process, Saga.Input input, Instant now) {
    return switch (input) {
      case EXPIRED -> !process.isExpired(now);
      case UNANSWERED -> !process.isOverdue(now);
      default -> false;
    };
  }

  private void committed(List<OrderProcess> moved, Function<UUID, Cause> cause) {
    for (OrderProcess process : moved) {
      Order root = process.tree().root();
      if (process.isNewlyFlagged()) {
        metrics.counter("order.saga.flagged").increment();
        Log.warnf("Order %s needs a look: %s", root.header().number(), process.flagReason());
      }
      if (root.changes().isEmpty()) {
        continue; // The saga moved, the order did not: nothing that anybody waits for.
      }
      waiters.signal(root.header().id());
      CancelReason reason = root.state().cancelReason();
      process.tree().orders().forEach(transitions::count);
      log(root, reason, cause.apply(root.header().id()));
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
