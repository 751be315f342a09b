package io.ordersystem.notifications.message;

import jakarta.inject.Singleton;

/**
 * Tells the sender in process that messages have been committed; its slow beat makes up for a lost
 * signal.
 */
@Singleton
public class SendSignal {
  private volatile Runnable listener = () -> {};

  /** Whoever sends; the last one wins. */
  public void listen(Runnable sender) {
    listener = sender;
  }

  /** There may be something to send. Cheap, and may be called from an event loop. */
  public void wake() {
    listener.run();
  }
}
