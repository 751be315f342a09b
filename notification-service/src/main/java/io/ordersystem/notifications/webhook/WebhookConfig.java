package io.ordersystem.notifications.webhook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How events are posted to other people's endpoints. */
@ConfigMapping(prefix = "notification.webhooks")
interface WebhookConfig {
  /**
   * Posts under way at once in this process. They cost a connection each and no thread. Endpoints
   * that are slow get no more than their share of them, one by one.
   */
  @WithDefault("512")
  int concurrency();

  /** Posts under way at once to one endpoint, in all processes together. */
  @WithDefault("4")
  int perEndpoint();

  /** How long a post may take from its beginning to the end of the answer. */
  @WithDefault("15s")
  Duration timeout();

  @WithDefault("5s")
  Duration connectTimeout();

  /** How much of an answer is read, in bytes; a longer one is cut off. */
  @WithDefault("65536")
  int answerLimit();

  /**
   * How long a claim keeps others away; longer than a post and the recording of it can take. After
   * a crash a delivery waits for so long.
   */
  @WithDefault("60s")
  Duration lease();

  /**
   * Pauses after a failure; after the last one the delivery has failed. The schedule that Standard
   * Webhooks recommends: 75 hours in all.
   */
  @WithDefault("5s,5m,30m,2h,5h,10h,14h,20h,24h")
  List<Duration> retryAfter();

  /** After so many failures in a row an endpoint is left alone for a while. */
  @WithDefault("5")
  int circuitAfter();

  /** For how long at first; doubled with each further failure. */
  @WithDefault("30s")
  Duration circuitFirst();

  /** For how long at most: how late an endpoint that works again is noticed. */
  @WithDefault("5m")
  Duration circuitMost();

  /** An endpoint that has failed for so long without one success is disabled. */
  @WithDefault("120h")
  Duration disableAfter();

  /** How long the previous secret signs too after a rotation, unless the request says. */
  @WithDefault("24h")
  Duration secretOverlap();

  /** How long messages, deliveries and attempts are kept. */
  @WithDefault("720h")
  Duration keep();

  /** Endpoints that one seller, or the operators, may have. */
  @WithDefault("20")
  int endpointsPerOwner();

  /** Whether plain http is allowed. Only where everything is on one machine. */
  @WithDefault("false")
  boolean allowHttp();

  /** Networks (CIDR) that are allowed although they are not public. */
  Optional<List<String>> allowedNetworks();
}
