package io.ordersystem.platform.sql;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is set in every session in which a service works: names and values of PostgreSQL's. */
final class SessionSettings {
  /**
   * The server ends a session that is silent inside a transaction for so long: the locks of a host
   * that has vanished, that of an Idempotency-Key among them, are then free.
   */
  private static final String LEASE = "10s";

  /**
   * No statement waits longer for somebody else's lock. It is also what a repeat with an {@code
   * Idempotency-Key} waits for the first request (api: up to 5 s).
   */
  private static final String LOCK_WAIT = "5s";

  /** By name. Sent as a session begins, or remembered by the role: {@link RoleSettings}. */
  static final Map<String, String> ALL = all();

  private SessionSettings() {}

  private static Map<String, String> all() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("idle_in_transaction_session_timeout", LEASE);
    settings.put("lock_timeout", LOCK_WAIT);
    // Said here because a role may say otherwise: planning each statement anew is most of what a
    // short one costs. A look into partitions is planned for its parameters all the same.
    settings.put("plan_cache_mode", "auto");
    // A plan that was made while a table was empty, as on the first day of an installation, would
    // read it from end to end until the first ANALYZE. Where there is no index nothing changes.
    settings.put("enable_seqscan", "off");
    return Collections.unmodifiableMap(settings);
  }
}
