package io.ordersystem.platform.reads;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where reads may be answered, and how long they wait for it. */
@ConfigMapping(prefix = "reads")
public interface ReadsConfig {
  /**
   * Replicas as {@code host:port}; without any the primary answers. Each has the primary's
   * database, role and security. One address may lead to several servers.
   */
  Optional<List<String>> replicas();

  /** Connections to each replica at most. */
  @WithDefault("6")
  int replicaConnections();

  /** How long a read that carries a token waits for a replica to come so far. */
  @WithDefault("100ms")
  Duration patience();

  /**
   * How long a replica may take to answer a reading; then the primary is asked. A replica that
   * takes longer to say how far it is, which is asked once a second, is taken to be away.
   */
  @WithDefault("1s")
  Duration answerWithin();

  /** So many readings that took longer within a second begin a {@link #backOff}. */
  @WithDefault("5")
  int slowLimit();

  /**
   * For how long a replica whose readings are slow is not read from. Longer spares more callers the
   * wait for it, and leaves the primary alone with the reads for longer.
   */
  @WithDefault("5s")
  Duration backOff();

  /**
   * A replica that is further behind answers nobody, also those who would take anything. It is
   * measured once a second, and of each answer on the connection that gave it: an address may lead
   * to several servers.
   */
  @WithDefault("10s")
  Duration maxLag();
}
