package io.ordersystem.platform.sql;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How the primary is reached. */
@ConfigMapping(prefix = "database")
public interface DatabaseConfig {
  /**
   * Whether {@code quarkus.datasource.reactive.url} leads to a pooler of transactions, such as
   * PgBouncer from 1.21 on with {@code pool_mode = transaction} and {@code max_prepared_statements}
   * above 0. {@code quarkus.datasource.jdbc.url} and {@code reads.replicas} never lead there: the
   * outbox's lead is a lock of a session, and how far a replica is, is asked of each server.
   */
  @WithDefault("false")
  boolean pooler();
}
