package io.ordersystem.platform.inbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.tracing.MessageSpans;
import io.ordersystem.platform.work.Draining;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The consumers of this service, each of which lets messages take effect once. */
@Singleton
public class Inbox {
  private final Transactions transactions;
  private final EventFormat format;
  private final Parking parking;
  private final InboxConfig config;
  private final FaultPoints faults;
  private final MessageSpans spans;
  private final Clock clock;
  private final Draining draining;
  private final MeterRegistry metrics;
  private final Map<String, MessageConsumer> consumers = new ConcurrentHashMap<>();

  Inbox(
      Transactions transactions,
      EventFormat format,
      Parking parking,
      InboxConfig config,
      FaultPoints faults,
      MessageSpans spans,
      Clock clock,
      Draining draining,
      MeterRegistry metrics) {
    this.draining = draining;
    this.transactions = transactions;
    this.format = format;
    this.parking = parking;
    this.config = config;
    this.faults = faults;
    this.spans = spans;
    this.clock = clock;
    this.metrics = metrics;
  }

  /**
   * What messages do: gets those not seen before, no two of one key but for a prelude before the
   * other, each key's in order.
   */
  @FunctionalInterface
  public interface Effect {
    /** Runs in the transaction that remembers the messages; may run again when that is retried. */
    Uni<Void> apply(Tx tx, List<Received> messages);
  }

  /** Which messages a consumer has anything to do with, asked before a transaction is begun. */
  @FunctionalInterface
  public interface Concern {
    /**
     * The ids of those that would have an effect now. The others are passed over and not
     * remembered: should one come again, it is asked about again.
     */
    Uni<Set<UUID>> of(List<Received> messages);
  }

  /** When a transaction of a consumer runs: at once, or when a place is free for it. */
  public interface Turn {
    /** Runs the transaction, which may be run again as a whole. */
    <T> Uni<T> take(Supplier<Uni<T>> transaction);
  }

  /**
   * A consumer whose transactions run at once.
   *
   * @see #consumer(String, Effect, Turn)
   */
  public MessageConsumer consumer(String name, Effect effect) {
    return consumer(name, Inbox::all, Inbox::none, effect, Inbox::atOnce);
  }

  /**
   * A consumer of which some messages move nothing.
   *
   * @param prelude which messages may be in one transaction with the next one of their key, and
   *     come before it there
   * @see #consumer(String, Effect, Turn)
   */
  public MessageConsumer consumerWithPreludes(
      String name, Predicate<Received> prelude, Effect effect) {
    return consumer(name, Inbox::all, prelude, effect, Inbox::atOnce);
  }

  /**
   * A consumer that most messages are nothing to.
   *
   * @see #consumer(String, Effect, Turn)
   */
  public MessageConsumer consumer(String name, Concern concern, Effect effect) {
    return consumer(name, concern, Inbox::none, effect, Inbox::atOnce);
  }

  private static Uni<Set<UUID>> all(List<Received> messages) {
    return Uni.createFrom()
        .item(messages.stream().map(Received::id).collect(Collectors.toUnmodifiableSet()));
  }

  private static boolean none(Received message) {
    return false;
  }

  private static <T> Uni<T> atOnce(Supplier<Uni<T>> transaction) {
    return transaction.get();
  }

  /**
   * A consumer, made when the service starts, so that what it has parked can be redriven before its
   * next message comes.
   *
   * @param name names this reader for good: with the event's id the key of "seen before"
   * @param turn when each of its transactions runs
   * @throws IllegalStateException when there is one of that name
   */
  public MessageConsumer consumer(String name, Effect effect, Turn turn) {
    return consumer(name, Inbox::all, Inbox::none, effect, turn);
  }

  private MessageConsumer consumer(
      String name, Concern concern, Predicate<Received> prelude, Effect effect, Turn turn) {
    var consumer =
        new MessageConsumer(
            name,
            concern,
            prelude,
            effect,
            turn,
            transactions,
            format,
            parking,
            config,
            faults,
            spans,
            clock,
            draining,
            metrics);
    if (consumers.putIfAbsent(name, consumer) != null) {
      throw new IllegalStateException("two consumers are called " + name);
    }
    return consumer;
  }

  Optional<MessageConsumer> find(String name) {
    return Optional.ofNullable(consumers.get(name));
  }

  SortedSet<String> names() {
    return new TreeSet<>(consumers.keySet());
  }
}
