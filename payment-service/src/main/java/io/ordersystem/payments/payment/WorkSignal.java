package io.ordersystem.payments.payment;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/**
 * Tells the worker in process that work has been committed; its slow beat makes up for a lost
 * signal.
 */
@Singleton
public class WorkSignal {
  private volatile Worker worker = new Idle();

  /** Whoever asks the provider. */
  public interface Worker {
    /** There may be something to do. Cheap, and may be called from an event loop. */
    void wake();

    /**
     * Keeps places for payments that are about to be stored as claimed.
     *
     * @param most at most so many; fewer, or none, when the worker is busy
     */
    Kept keep(int most);
  }

  /** Places that are kept: used once, or given back. */
  public interface Kept {
    /** How many there are. */
    int places();

    /** Until when others leave the payments alone. */
    Instant until();

    /** Asks the provider for these payments, which have been committed. */
    void begin(List<Payment> claimed);

    /** They were not stored after all. */
    void giveBack();
  }

  /** Whoever does the work; the last one wins. */
  public void listen(Worker listener) {
    worker = listener;
  }

  /** There may be something to do. Cheap, and may be called from an event loop. */
  public void wake() {
    worker.wake();
  }

  /** See {@link Worker#keep}. */
  public Kept keep(int most) {
    return worker.keep(most);
  }

  /** Before there is a worker. */
  private static final class Idle implements Worker, Kept {
    @Override
    public void wake() {
      // Its first look finds everything.
    }

    @Override
    public Kept keep(int most) {
      return this;
    }

    @Override
    public int places() {
      return 0;
    }

    @Override
    public Instant until() {
      return Instant.EPOCH;
    }

    @Override
    public void begin(List<Payment> claimed) {
      // There are no places.
    }

    @Override
    public void giveBack() {
      // There are no places.
    }
  }
}
