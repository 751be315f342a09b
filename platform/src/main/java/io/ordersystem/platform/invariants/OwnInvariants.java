package io.ordersystem.platform.invariants;

import java.util.List;

/** What a service has {@link WatchInvariants} look for in its own schema. */
@FunctionalInterface
public interface OwnInvariants {
  /**
   * One rule.
   *
   * @param id as {@code ./order-system check} calls it, for example {@code I3}
   * @param violations a query without parameters for rows ({@code id text, detail text}), one per
   *     violation. It runs once a minute on the primary, so it looks at what has changed lately, by
   *     an index: {@code check} looks at everything
   */
  record Invariant(String id, String violations) {}

  /** The rules of this service. */
  List<Invariant> list();
}
