package io.ordersystem.devstack.client;

import org.jspecify.annotations.Nullable;

/** What became of a wish to place an order. */
public sealed interface Placement {

  /** Taken; the token makes a following read see at least this. */
  record Placed(OrderView order, @Nullable String consistencyToken) implements Placement {}

  /** Refused for a reason that asking again would not change. */
  record Refused(int status, Problem problem) implements Placement {}
}
