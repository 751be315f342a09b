package io.ordersystem.platform.cache;

import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.vertx.redis.client.RedisOptions;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * What {@code quarkus.redis.*} says of the one Redis: address, password, TLS. Quarkus tells it to
 * nobody but whoever may change it.
 */
@Singleton
class RedisSettings implements RedisOptionsCustomizer {
  private volatile @Nullable RedisOptions known;

  @Override
  public void customize(String clientName, RedisOptions options) {
    known = options;
  }

  /** A copy for a client with a single connection. */
  RedisOptions forOneConnection() {
    RedisOptions all = known;
    if (all == null) {
      throw new IllegalStateException("Quarkus has made no Redis client");
    }
    return new RedisOptions(all)
        .setMaxPoolSize(1)
        // The pool's cleaner looks for idle connections, and ours is never idle there.
        .setPoolCleanerInterval(-1);
  }
}
