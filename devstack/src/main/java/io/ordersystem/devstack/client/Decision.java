package io.ordersystem.devstack.client;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Waits until an order is decided, needs its customer, or the deadline is over. */
public final class Decision {
  // A service that answers at once although asked to wait must not be asked in a tight loop.
  private static final Duration BETWEEN_READS = Duration.ofMillis(50);

  private final Caller caller;
  private final LongSupplier nanoTime;

  public Decision(Caller caller, LongSupplier nanoTime) {
    this.caller = caller;
    this.nanoTime = nanoTime;
  }

  /** The order as it was when the waiting ended; the caller looks whether it is decided. */
  public OrderView await(OrderView placed, @Nullable String consistencyToken, Duration deadline) {
    long end = nanoTime.getAsLong() + deadline.toNanos();
    var order = placed;
    while (!order.isDecided() && !order.needsCustomer()) {
      long left = end - nanoTime.getAsLong();
      if (left <= 0) {
        return order;
      }
      var wait = Duration.ofNanos(Math.min(left, Caller.LONGEST_WAIT.toNanos()));
      long asked = nanoTime.getAsLong();
      order = caller.order(placed.id(), wait, consistencyToken);
      if (!order.isDecided() && nanoTime.getAsLong() - asked < BETWEEN_READS.toNanos()) {
        pause();
      }
    }
    return order;
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_READS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CallFailed("waiting for an order was interrupted", interrupted);
    }
  }
}
