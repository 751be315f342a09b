package io.ordersystem.platform.reads;

import java.util.List;

/** Which servers can be read now. */
interface Servers {
  Server primary();

  /** Those that answer and are not too far behind, the least far first; may be empty. */
  List<? extends Standby> standbys();
}
