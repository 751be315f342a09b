package io.ordersystem.orders.order;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long things may take. */
@ConfigMapping(prefix = "order")
public interface OrderConfig {
  /**
   * How long an order may stay unconfirmed. Longer holds stock from others; shorter cuts off slow
   * bank apps.
   */
  @WithDefault("15m")
  Duration expiresAfter();

  /**
   * How long a command may stay unanswered before it is sent again; doubles with each repetition up
   * to sixteen times this. Commands are idempotent, so too short only costs messages.
   */
  @WithDefault("15s")
  Duration answerWithin();

  /** What is charged when a request names no payment method; empty refuses such a request. */
  @WithDefault("pm_card_visa")
  String defaultPaymentMethod();

  /**
   * Callers that may wait for an order at once in one instance; more are answered without waiting.
   */
  @WithDefault("5000")
  int maxWaiters();

  /**
   * How often the sweeper tries to move an order on that cannot be written, before it is left to
   * people: one that fails for ever must not be tried for ever.
   */
  @WithDefault("10")
  int sweepAttempts();

  /** Streams of events that one instance holds open at once; more are refused with 503. */
  @WithDefault("1000")
  int maxStreams();
}
