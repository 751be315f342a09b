package io.ordersystem.devstack.sandbox;

import java.net.URI;

/** Who is told about events, and the secret that we share with them. */
record WebhookTarget(URI url, String secret) {
  WebhookTarget {
    if (!("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
        || url.getHost() == null) {
      throw new IllegalArgumentException("not an absolute http address: " + url);
    }
    if (secret.isBlank()) {
      throw new IllegalArgumentException("webhooks cannot be signed without a secret");
    }
  }
}
