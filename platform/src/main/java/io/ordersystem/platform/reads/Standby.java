package io.ordersystem.platform.reads;

import io.ordersystem.platform.sql.Position;
import io.smallrye.mutiny.Uni;

/** A server that follows the primary. */
interface Standby extends Server {
  /** Whether it had come so far when it was last asked. */
  boolean covers(Position position);

  /** True as soon as it has come so far; false when that takes longer than a read may wait. */
  Uni<Boolean> await(Position position);

  /** Whether a server that is there is too far behind the primary to answer anybody. */
  boolean isTooFarBehind(Position replayed);

  /** A reading failed there, took too long, or was not taken. */
  void failed(Throwable failure);
}
