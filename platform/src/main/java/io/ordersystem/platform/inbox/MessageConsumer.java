package io.ordersystem.platform.inbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.faults.FaultPoint;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.inbox.Chunks.Arrived;
import io.ordersystem.platform.inbox.Chunks.Chunk;
import io.ordersystem.platform.inbox.Chunks.Readable;
import io.ordersystem.platform.inbox.Chunks.Unreadable;
import io.ordersystem.platform.inbox.Inbox.Concern;
import io.ordersystem.platform.inbox.Inbox.Effect;
import io.ordersystem.platform.inbox.Parking.Parked;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.tracing.MessageSpans;
import io.ordersystem.platform.tracing.MessageSpans.Leg;
import io.ordersystem.platform.work.Draining;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

/**
 * Lets messages take effect once. A polled batch becomes a few transactions; each holds at most one
 * message per key, and perhaps a prelude of it, the rows that remember the messages' ids, and the
 * effects. So a redelivered message does nothing, and a crash undoes both.
 *
 * <p>A database that is away, or in which others are in the way, pauses the channel: the same batch
 * is tried again, slowly, until it goes through. A message whose content cannot be processed is
 * parked with the reason, and its key with it: later messages of that key queue behind it in the
 * database, everything else flows, and a redrive lets them take effect in order.
 */
public final class MessageConsumer {
  private static final String REMEMBER =
      """
      INSERT INTO inbox (consumer, event_id) SELECT $1, unnest($2::uuid[])
      ON CONFLICT DO NOTHING RETURNING event_id
      """;

  private final String name;
  private final Concern concern;
  private final Predicate<Received> prelude;
  private final Effect effect;
  private final Inbox.Turn turn;
  private final Transactions transactions;
  private final EventFormat format;
  private final Parking parking;
  private final InboxConfig config;
  private final FaultPoints faults;
  private final MeterRegistry metrics;
  private final MessageSpans spans;
  private final InboxTimes times;
  private final Draining draining;

  MessageConsumer(
      String name,
      Concern concern,
      Predicate<Received> prelude,
      Effect effect,
      Inbox.Turn turn,
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
    this.name = name;
    this.concern = concern;
    this.prelude = prelude;
    this.effect = effect;
    this.turn = turn;
    this.transactions = transactions;
    this.format = format;
    this.parking = parking;
    this.config = config;
    this.faults = faults;
    this.metrics = metrics;
    this.spans = spans;
    this.times = new InboxTimes(name, clock, metrics);
  }

  /**
   * Processes a polled batch; completes when every message has taken effect, was seen before, is
   * not for us, or is parked. Never, when the process ends before it has begun.
   */
  public Uni<Void> process(ConsumerRecords<String, byte[]> records) {
    return draining.unlessStopping(() -> begun(records), () -> Uni.createFrom().nothing());
  }

  private Uni<Void> begun(ConsumerRecords<String, byte[]> records) {
    var chunks =
        Chunks.of(records, format, config.batchSize(), prelude, () -> count("inbox.ignored", 1));
    times.begin(records);
    return oneByOne(chunks, chunk -> patiently(apply(chunk)))
        .call(() -> patiently(faults.pass(FaultPoint.INBOX_BEFORE_ACKNOWLEDGE)))
        .onTermination()
        .invoke(times::end);
  }

  private Uni<Void> apply(Chunk chunk) {
    return switch (chunk) {
      case Readable readable -> effects(readable.messages());
      case Unreadable unreadable -> park(unreadable.record(), null, unreadable.defect());
    };
  }

  // Unbounded in number on purpose, bounded in rate: giving up would lose the messages, and a
  // database that is away comes back or this process is stopped.
  private Uni<Void> patiently(Uni<Void> work) {
    return work.onFailure(SqlFailures::isPassing)
        .invoke(failure -> Log.warnf("%s waits for the database: %s", name, failure))
        .onFailure(SqlFailures::isPassing)
        .retry()
        .withBackOff(config.retryFirst(), config.retryMost())
        .withJitter(0.5)
        .indefinitely();
  }

  private Uni<Void> effects(List<Arrived> messages) {
    return Uni.createFrom()
        .deferred(() -> concern.of(messages.stream().map(Arrived::message).toList()))
        .chain(ids -> remembered(messages, ids))
        .onFailure(failure -> !SqlFailures.isPassing(failure))
        .recoverWithUni(failure -> apart(messages, failure));
  }

  /**
   * A transaction of those that concern us, if there are any. The others are passed over, also when
   * their key is parked.
   */
  private Uni<Void> remembered(List<Arrived> messages, Set<UUID> concerned) {
    var ours = new ArrayList<Arrived>();
    var others = new ArrayList<Received>();
    for (Arrived arrived : messages) {
      if (concerned.contains(arrived.message().id())) {
        ours.add(arrived);
      } else {
        others.add(arrived.message());
      }
    }
    Uni<Void> effects =
        ours.isEmpty()
            ? Uni.createFrom().voidItem()
            : turn.take(() ->
                    transactions.inTransaction(tx ->
                        fresh(tx, ours).call(() -> faults.pass(FaultPoint.INBOX_BEFORE_COMMIT))))
                .call(() -> faults.pass(FaultPoint.INBOX_AFTER_COMMIT));
    return effects.invoke(() -> times.took(others));
  }

  private Uni<Void> fresh(Tx tx, List<Arrived> messages) {
    var keys =
        messages.stream()
            .map(arrived -> Parking.stored(arrived.message().key()))
            .toArray(String[]::new);
    return Uni.combine()
        .all()
        .unis(
            remember(tx, messages.stream().map(arrived -> arrived.message().id()).toList()),
            parking.parkedKeys(tx, name, keys))
        .withUni((unseen, parked) -> split(tx, messages, unseen, parked));
  }

  /** Those that were not seen before. */
  private Uni<Set<UUID>> remember(Tx tx, List<UUID> eventIds) {
    return tx.query(REMEMBER, name, eventIds.toArray(UUID[]::new))
        .map(rows -> set(rows, row -> row.getUUID("event_id")));
  }

  private Uni<Void> split(Tx tx, List<Arrived> messages, Set<UUID> unseen, Set<String> parked) {
    count("inbox.duplicates", messages.size() - unseen.size());
    var due = new ArrayList<Received>();
    var behind = new ArrayList<Arrived>();
    for (Arrived arrived : messages) {
      if (!unseen.contains(arrived.message().id())) {
        continue;
      }
      if (parked.contains(Parking.stored(arrived.message().key()))) {
        behind.add(arrived);
      } else {
        due.add(arrived.message());
      }
    }
    tx.afterCommit(() -> times.took(due));
    return oneByOne(
            behind,
            arrived ->
                parking.park(tx, name, arrived.record(), arrived.message().id(), Parking.BEHIND))
        .chain(() -> due.isEmpty() ? Uni.createFrom().voidItem() : traced(tx, due));
  }

  /** Each message has its effect in a span of its own, which is the cause of what it causes. */
  private Uni<Void> traced(Tx tx, List<Received> messages) {
    var legs = new ArrayList<Leg>(messages.size());
    var inSpans = new ArrayList<Received>(messages.size());
    for (Received message : messages) {
      Leg leg =
          spans.process(
              message.type().topic().topicName(),
              message.id(),
              message.key(),
              name,
              message.traceparent());
      legs.add(leg);
      inSpans.add(message.in(leg.traceparent()));
    }
    return Uni.createFrom()
        .deferred(() -> effect.apply(tx, inSpans))
        .invoke(() -> legs.forEach(Leg::end))
        .onFailure()
        .invoke(failure -> legs.forEach(leg -> leg.end(failure)));
  }

  /**
   * One of several cannot be processed: a transaction for each, so that only that one is parked.
   */
  private Uni<Void> apart(List<Arrived> messages, Throwable failure) {
    if (messages.size() > 1) {
      return oneByOne(messages, arrived -> effects(List.of(arrived)));
    }
    Arrived only = messages.getFirst();
    return park(only.record(), only.message().id(), failure);
  }

  /** Parks a message that was not seen before; it counts as seen then. */
  private Uni<Void> park(
      ConsumerRecord<String, byte[]> record, @Nullable UUID eventId, Throwable reason) {
    Log.errorf(reason, "%s parks key %s", name, record.key());
    return transactions.inTransaction(tx -> {
      Uni<Boolean> unseen =
          eventId == null
              ? Uni.createFrom().item(true)
              : remember(tx, List.of(eventId)).map(ids -> !ids.isEmpty());
      return unseen.chain(isNew -> {
        if (!isNew) {
          return Uni.createFrom().voidItem();
        }
        tx.afterCommit(() -> count("inbox.parked", 1));
        return parking.park(tx, name, record, eventId, String.valueOf(reason));
      });
    });
  }

  /**
   * How far a key's messages got.
   *
   * @param done messages that have taken effect now
   * @param obstacle what was wrong with the next one; null when there was none, or the limit was
   *     reached
   */
  record Progress(int done, @Nullable String obstacle) {}

  /**
   * Lets a parked key's messages take effect in order, each in a transaction of its own, until
   * there is none, one cannot be processed, or there were {@code limit}. Messages that arrive
   * meanwhile queue behind, so nothing overtakes.
   */
  Uni<Progress> redrive(String key, int limit) {
    return redrive(key, limit, 0);
  }

  private Uni<Progress> redrive(String key, int limit, int done) {
    if (done >= limit) {
      return Uni.createFrom().item(new Progress(done, null));
    }
    return turn.take(() -> transactions.inTransaction(tx -> redriveFirst(tx, key)))
        .map(some -> new Progress(some ? 1 : 0, null))
        .onFailure(failure -> !SqlFailures.isPassing(failure))
        .recoverWithUni(failure -> inVain(key, failure))
        .chain(step ->
            step.done() == 0
                ? Uni.createFrom().item(new Progress(done, step.obstacle()))
                : redrive(key, limit, done + 1));
  }

  /** Whether there was a message. */
  private Uni<Boolean> redriveFirst(Tx tx, String key) {
    return parking
        .first(tx, name, key)
        .chain(first ->
            first.isEmpty()
                ? parking.free(tx, name, key).replaceWith(false)
                : takeEffect(tx, first.get())
                    .chain(() -> parking.takeOut(tx, name, key, first.get().id()))
                    .replaceWith(true)
                    .invoke(() -> tx.afterCommit(() -> count("inbox.redriven", 1))));
  }

  private Uni<Void> takeEffect(Tx tx, Parked parked) {
    Optional<Received> message = format.read(parked.record());
    if (message.isEmpty()) {
      return Uni.createFrom().voidItem(); // Of a kind that by now is known to be for others.
    }
    Uni<Boolean> due =
        parked.eventId() == null
            ? remember(tx, List.of(message.get().id())).map(ids -> !ids.isEmpty())
            : Uni.createFrom().item(true);
    return due.chain(
        isDue -> isDue ? traced(tx, List.of(message.get())) : Uni.createFrom().voidItem());
  }

  private Uni<Progress> inVain(String key, Throwable failure) {
    Log.errorf(failure, "%s cannot redrive key %s", name, key);
    String obstacle = String.valueOf(failure);
    return transactions
        .inTransaction(tx -> parking.triedInVain(tx, name, key, obstacle))
        .replaceWith(new Progress(0, obstacle));
  }

  private void count(String counter, int by) {
    metrics.counter(counter, "consumer", name).increment(by);
  }

  private static <T> Uni<Void> oneByOne(List<T> items, Function<T, Uni<Void>> step) {
    return Multi.createFrom()
        .iterable(items)
        .onItem()
        .transformToUniAndConcatenate(step::apply)
        .collect()
        .last()
        .replaceWithVoid();
  }

  private static <T> Set<T> set(Iterable<Row> rows, Function<Row, T> column) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(column)
        .collect(Collectors.toCollection(HashSet::new));
  }
}
