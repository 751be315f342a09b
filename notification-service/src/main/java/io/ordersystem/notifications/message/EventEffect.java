package io.ordersystem.notifications.message;

import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What an order's events do in this service. All effects of an event happen in the transaction that
 * remembers it: each once, or none.
 */
public interface EventEffect {
  /** The ids of those events that this does anything for, as things are. */
  Uni<Set<UUID>> concerned(List<Received> events);

  /** Gets events that were not seen before, no two of one order; may run again as a whole. */
  Uni<Void> take(Tx tx, List<Received> events);
}
