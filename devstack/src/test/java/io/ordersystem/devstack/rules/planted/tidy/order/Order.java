package io.ordersystem.devstack.rules.planted.tidy.order;

import java.time.Instant;

/** A model that changes by transitions, reads no clock and knows no transport. */
public final class Order {

  private Instant changedAt;

  public Order(Instant placedAt) {
    this.changedAt = placedAt;
  }

  public Settled settle(Instant now) {
    changedAt = now;
    return new Settled(changedAt);
  }

  /** Starts with "set" and is none: only {@code setX} is a setter. */
  public record Settled(Instant at) {}
}
