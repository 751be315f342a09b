package io.ordersystem.payments.payment;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Tells the worker in process that work has been committed; its slow beat makes up for a lost
 * signal.
 */
@Singleton
public class WorkSignal {
  private volatile Runnable listener = () -> {};
  private volatile IntFunction<Kept> places = most -> Kept.NONE;

  /**
   * Places that are kept for payments: used once, or given back.
   *
   * @param places how many there are
   * @param until when others may claim the payments
   * @param begin asks the provider for these, which have been committed; not more than there are
   *     places
   * @param giveBack the payments were not stored after all
   */
  public record Kept(int places, Instant until, Consumer<List<Payment>> begin, Runnable giveBack) {
    /** Before there is a worker. */
    static final Kept NONE = new Kept(0, Instant.EPOCH, payments -> {}, () -> {});
  }

  /**
   * Whoever does the work; the last one wins.
   *
   * @param worker is told that there may be something to do
   * @param keeper keeps at most so many places
   */
  public void listen(Runnable worker, IntFunction<Kept> keeper) {
    listener = worker;
    places = keeper;
  }

  /** There may be something to do. Cheap, and may be called from an event loop. */
  public void wake() {
    listener.run();
  }

  /**
   * Keeps places for payments that are about to be stored as claimed.
   *
   * @param most at most so many; fewer, or none, when the worker is busy
   */
  Kept keep(int most) {
    return places.apply(most);
  }
}
