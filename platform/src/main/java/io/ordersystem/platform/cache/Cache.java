package io.ordersystem.platform.cache;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Values under versions. What is put takes effect only when it is newer than what is there, and not
 * older than a fence; so neither a slow reader nor a writer that was overtaken puts an old value
 * back. Nothing here fails: what cannot be had is not there, what cannot be put is lost, and a
 * fence waits until it can be written.
 */
public interface Cache {
  /**
   * How long a fence stands once it is written: far longer than a value takes to be read and put.
   */
  Duration FENCE = Duration.ofSeconds(60);

  /** What is there under these keys; of the others nothing is known. */
  Uni<Map<String, Versioned>> get(List<String> keys);

  /**
   * Puts values, soon and in the background.
   *
   * @param until when each is forgotten, however late it arrives
   * @param done runs once, when all are there, or will never be; it must be short, and may run on
   *     any thread
   */
  void put(Map<String, Versioned> values, Instant until, Runnable done);

  /** The same for whoever does not need to know when. */
  default void put(Map<String, Versioned> values, Instant until) {
    put(values, until, () -> {});
  }

  /**
   * These keys have no value that is older than that: soon, in the background. While the cache
   * cannot be written it is not read by this process either, and the fence is there before it is
   * read again, as long as not too many wait.
   */
  void fence(Collection<String> keys, Version notBefore);
}
