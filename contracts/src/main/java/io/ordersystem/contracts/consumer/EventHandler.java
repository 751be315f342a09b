package io.ordersystem.contracts.consumer;

/** What the consumer does with an event. */
@FunctionalInterface
public interface EventHandler {
  /**
   * Takes the next version of a subject. When this returns, the event counts as done; when it
   * throws, nothing is recorded and the same event comes again later, so what it began must be
   * undone or repeatable.
   */
  void handle(ConsumedEvent event);
}
