package io.ordersystem.inventory.reservation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How goods are held. */
@ConfigMapping(prefix = "reservation")
interface ReservationConfig {
  /** How long a reservation by REST is held when its caller does not say. A slow checkout. */
  @WithDefault("10m")
  Duration life();

  /** How long one may be held in all, however often it is extended: goods are to be sold. */
  @WithDefault("24h")
  Duration longestLife();

  /**
   * Requests per transaction. Larger is faster on a hot offer and holds its row for longer; each
   * caller waits for the whole batch.
   */
  @WithDefault("256")
  int batchSize();

  /**
   * Transactions at once: while one commits, the other gathers and waits for the row. More only
   * wait for each other.
   */
  @WithDefault("2")
  int batchesInWork();

  /** Requests that may wait; beyond it they are answered 503 at once. */
  @WithDefault("2048")
  int queueLimit();

  /** How long a request may wait for its batch: less than its caller's patience. */
  @WithDefault("4s")
  Duration queuePatience();

  /** Reservations that are let go of in one transaction when their time is up. */
  @WithDefault("100")
  int expiryBatchSize();
}
