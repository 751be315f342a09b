package io.ordersystem.payments.stripe;

import io.ordersystem.payments.payment.ProviderHints;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Forgets deliveries whose signature has become too old to be sent again. */
@ApplicationScoped
class ForgetDeliveries {
  private final ProviderHints hints;
  private final StripeConfig config;

  ForgetDeliveries(ProviderHints hints, StripeConfig config) {
    this.hints = hints;
    this.config = config;
  }

  /** Twice the tolerance, because Stripe's clock may be ahead of ours. */
  @Scheduled(
      every = "1m",
      delayed = "20s",
      identity = "provider-deliveries",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> forget() {
    return hints.forget(config.webhookTolerance().multipliedBy(2));
  }
}
