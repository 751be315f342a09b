package io.ordersystem.devstack.rules.planted.untidy.placement;

import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jspecify.annotations.Nullable;

class InjectedFields {
  @Inject @Nullable String injected;

  @ConfigProperty(name = "limit")
  @Nullable String configured;

  @Channel("orders")
  @Nullable String channel;

  @RestClient @Nullable String client;
}
