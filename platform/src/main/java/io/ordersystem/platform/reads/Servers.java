package io.ordersystem.platform.reads;

import java.util.List;

/** Which servers can be read now. */
interface Servers {
  Server primary();

  /** Whether there are others at all, be they open or not. */
  boolean hasStandbys();

  /** Those that answer in time and are not too far behind, the least far first; may be empty. */
  List<? extends Standby> standbys();
}
