package io.ordersystem.notifications.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.notifications.webhook.DeliveryQueue.Failing;
import io.ordersystem.notifications.webhook.Outcome.Kind;
import io.ordersystem.platform.faults.FaultPoint;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.metrics.Durations;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.work.Draining;
import io.ordersystem.platform.work.LeasedWork;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Posts what is due: claims it under a lease, posts outside every transaction, records what became
 * of it, and opens and closes the circuits of the endpoints.
 */
@Singleton
class SendWebhooks {
  private final Transactions transactions;
  private final DeliveryQueue queue;
  private final WebhookChannel channel;
  private final Owners owners;
  private final WebhookConfig config;
  private final FaultPoints faults;
  private final Vertx vertx;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final LeasedWork<Delivery> work;

  SendWebhooks(
      Transactions transactions,
      DeliveryQueue queue,
      WebhookChannel channel,
      Owners owners,
      WebhookConfig config,
      FaultPoints faults,
      Vertx vertx,
      Clock clock,
      Draining draining,
      MeterRegistry metrics) {
    this.transactions = transactions;
    this.queue = queue;
    this.channel = channel;
    this.owners = owners;
    this.config = config;
    this.faults = faults;
    this.vertx = vertx;
    this.clock = clock;
    this.metrics = metrics;
    this.work =
        new LeasedWork<>(
            "webhooks", config.concurrency(), this::claim, this::post, draining, metrics);
  }

  /** Begins what is due; an endpoint that hangs holds up nobody. */
  Uni<Void> begin() {
    return work.begin();
  }

  /** Does what is due, and completes when it is done. */
  Uni<Void> pass() {
    return work.pass();
  }

  private Uni<List<Delivery>> claim(int free) {
    Instant now = clock.instant();
    return OwnContext.of(
        vertx,
        () ->
            transactions.inTransaction(
                tx -> queue.claim(tx, channel.name(), now, now.plus(config.lease()), free)));
  }

  private Uni<Void> post(Delivery delivery) {
    return OwnContext.of(
        vertx,
        () ->
            faults
                .pass(FaultPoint.CALL_BEFORE)
                .chain(() -> channel.send(delivery))
                .call(() -> faults.pass(FaultPoint.CALL_AFTER))
                .chain(outcome -> recorded(delivery, outcome)));
  }

  /** Tried again while the lease lasts: whoever claims the delivery afterwards posts it again. */
  private Uni<Void> recorded(Delivery delivery, Outcome outcome) {
    return transactions
        .inTransaction(tx -> {
          tx.afterCommit(() -> count(delivery, outcome));
          return outcome.delivered()
              ? queue.delivered(tx, delivery, outcome, clock.instant())
              : failed(tx, delivery, outcome);
        })
        .onFailure(SqlFailures::isPassing)
        .retry()
        .withBackOff(Duration.ofMillis(200), Duration.ofSeconds(2))
        .expireIn(config.lease().minus(config.timeout()).toMillis());
  }

  private void count(Delivery delivery, Outcome outcome) {
    String owner = delivery.sellerId() == null ? "operator" : "seller";
    metrics
        .timer("notifications.webhooks.attempts", "owner", owner, "outcome", outcome.kind().label())
        .record(outcome.duration());
    Durations.ofAnswers("notifications.send.duration")
        .tags("channel", channel.name(), "outcome", outcome.delivered() ? "sent" : "failed")
        .register(metrics)
        .record(outcome.duration());
    if (outcome.delivered()) {
      counted("notifications.sent");
      Durations.ofAnswers("notifications.webhooks.delay")
          .description("From a delivery's queueing to the answer that took it")
          .tag("owner", owner)
          .register(metrics)
          .record(Duration.between(delivery.createdAt(), clock.instant()));
    }
  }

  /** By the names that messages to people are counted under. */
  private void counted(String counter) {
    metrics.counter(counter, "template", "webhook", "channel", channel.name()).increment();
  }

  private Uni<Void> failed(Tx tx, Delivery delivery, Outcome outcome) {
    Instant now = clock.instant();
    Instant again = again(delivery, now);
    if (again == null) {
      tx.afterCommit(() -> counted("notifications.failed"));
    }
    return queue
        .failed(tx, delivery, outcome, now, again)
        .chain(endpoint -> disabledIfDead(tx, endpoint, outcome, now));
  }

  private @Nullable Instant again(Delivery delivery, Instant now) {
    if (delivery.attemptsNow() > config.retryAfter().size()) {
      return null;
    }
    Duration pause = config.retryAfter().get(delivery.attemptsNow() - 1);
    long jitter = ThreadLocalRandom.current().nextLong(pause.toMillis() / 5 + 1);
    return now.plus(pause).plusMillis(jitter);
  }

  private Uni<Void> disabledIfDead(
      Tx tx, Optional<Failing> endpoint, Outcome outcome, Instant now) {
    boolean gone = outcome.kind() == Kind.GONE;
    boolean dead =
        endpoint
            .filter(failing -> !now.isBefore(failing.failingSince().plus(config.disableAfter())))
            .isPresent();
    if (endpoint.isEmpty() || !gone && !dead) {
      return Uni.createFrom().voidItem();
    }
    String reason = gone ? "GONE" : "FAILING";
    return queue
        .disable(tx, endpoint.get().endpointId(), reason, now)
        .chain(changed -> {
          if (!changed) {
            return Uni.createFrom().voidItem();
          }
          tx.afterCommit(() -> {
            metrics.counter("notifications.webhooks.disabled", "reason", reason).increment();
            Log.warnf("Webhook endpoint %s was disabled: %s", endpoint.get().endpointId(), reason);
          });
          return owners.tell(tx, endpoint.get());
        });
  }
}
