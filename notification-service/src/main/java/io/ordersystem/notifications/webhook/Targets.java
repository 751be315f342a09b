package io.ordersystem.notifications.webhook;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** What may be posted to, as it is configured. */
class Targets {
  @Produces
  @Singleton
  TargetRules rules(WebhookConfig config) {
    return TargetRules.of(config.allowHttp(), config.allowedNetworks().orElse(List.of()));
  }

  @Produces
  @Singleton
  TargetGuard guard(TargetRules rules) {
    return new TargetGuard(Names.ofSystem(), rules);
  }
}
