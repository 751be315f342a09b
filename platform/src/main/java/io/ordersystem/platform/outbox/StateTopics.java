package io.ordersystem.platform.outbox;

import io.ordersystem.contracts.Topic;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The compacted topics of this service that can be written anew from its tables: when a topic was
 * lost or recreated, or its readers doubt it. Every row is published as it is, under its version;
 * whoever knows that version already is not disturbed.
 */
@Singleton
public class StateTopics {
  private final Map<Topic, Supplier<Uni<Integer>>> publications = new ConcurrentHashMap<>();
  private final AtomicBoolean running = new AtomicBoolean();

  /**
   * What was done.
   *
   * @param messages that were appended to the outbox
   */
  public record Published(String topic, int messages, double seconds) {}

  /**
   * Says how a topic is written anew.
   *
   * @param publication appends the state of everything to the outbox, in bounded pieces, and
   *     answers how many messages it was
   */
  public void register(Topic topic, Supplier<Uni<Integer>> publication) {
    if (publications.putIfAbsent(topic, publication) != null) {
      throw new IllegalStateException(topic + " is registered twice");
    }
  }

  /**
   * Writes a topic anew.
   *
   * @throws DomainException {@code not-found} for a topic that is not this service's, {@code
   *     concurrent-update} while one is being written
   */
  public Uni<Published> publish(String topicName) {
    Supplier<Uni<Integer>> publication =
        publications.entrySet().stream()
            .filter(entry -> entry.getKey().topicName().equals(topicName))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow(() ->
                new DomainException(
                    ProblemType.NOT_FOUND, topicName + " is no state topic of this service"));
    if (!running.compareAndSet(false, true)) {
      throw new DomainException(ProblemType.CONCURRENT_UPDATE, "a topic is being written already");
    }
    long since = System.nanoTime();
    return publication
        .get()
        .map(messages ->
            new Published(
                topicName,
                messages,
                Duration.ofNanos(System.nanoTime() - since).toMillis() / 1_000.0))
        .eventually(() -> running.set(false));
  }
}
