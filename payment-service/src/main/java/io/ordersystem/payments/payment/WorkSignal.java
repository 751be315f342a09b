package io.ordersystem.payments.payment;

import jakarta.inject.Singleton;

/**
 * Tells the worker in process that work has been committed; its slow beat makes up for a lost
 * signal.
 */
@Singleton
public class WorkSignal {
  private volatile Runnable listener = () -> {};

  /** Whoever does the work; the last one wins. */
  public void listen(Runnable worker) {
    listener = worker;
  }

  /** There may be something to do. Cheap, and may be called from an event loop. */
  public void wake() {
    listener.run();
  }
}
