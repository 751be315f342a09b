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
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * Lets messages take effect once. A polled batch becomes a few transactions; each holds at most one
 * message per key, the rows that remember the messages' ids, and the effects. So a redelivered
 * message does nothing, and a crash undoes both.
 *
 * <p>A database that is away, or in which others are in the way, pauses the channel: the same batch
 * is tried again, slowly, until it goes through. A message whose content cannot be processed is
 * parked with the reason, and its key with it: later messages of that key queue behind it in the
 * database, everything else flows.
 */
@Singleton
public class Inbox {
  private static final String REMEMBER =
      """
      INSERT INTO inbox (consumer, event_id) SELECT $1, unnest($2::uuid[])
      ON CONFLICT DO NOTHING RETURNING event_id
      """;

  private final Transactions transactions;
  private final EventFormat format;
  private final Parking parking;
  private final InboxConfig config;
  private final FaultPoints faults;
  private final MeterRegistry metrics;

  Inbox(
      Transactions transactions,
      EventFormat format,
      Parking parking,
      InboxConfig config,
      FaultPoints faults,
      MeterRegistry metrics) {
    this.transactions = transactions;
    this.format = format;
    this.parking = parking;
    this.config = config;
    this.faults = faults;
    this.metrics = metrics;
  }

  /** What messages do: gets those not seen before, in order, no two of one key. */
  @FunctionalInterface
  public interface Effect {
    /** Runs in the transaction that remembers the messages; may run again when that is retried. */
    Uni<Void> apply(Tx tx, List<Received> messages);
  }

  /**
   * Processes a polled batch; completes when every message has taken effect, was seen before, is
   * not for us, or is parked.
   *
   * @param consumer names this reader for good: with the event's id the key of "seen before"
   */
  public Uni<Void> process(
      String consumer, ConsumerRecords<String, byte[]> records, Effect effect) {
    var chunks = Chunks.of(records, format, config.batchSize());
    return patiently(
        consumer,
        oneByOne(chunks, chunk -> patiently(consumer, apply(consumer, chunk, effect)))
            .call(() -> faults.pass(FaultPoint.INBOX_BEFORE_ACKNOWLEDGE)));
  }

  private Uni<Void> apply(String consumer, Chunk chunk, Effect effect) {
    return switch (chunk) {
      case Readable readable -> effects(consumer, readable.messages(), effect);
      case Unreadable unreadable -> park(consumer, unreadable.record(), unreadable.defect());
    };
  }

  // Unbounded in number on purpose, bounded in rate: giving up would lose the messages, and a
  // database that is away comes back or this process is stopped.
  private Uni<Void> patiently(String consumer, Uni<Void> work) {
    return work.onFailure(SqlFailures::isPassing)
        .invoke(failure -> Log.warnf("%s waits for the database: %s", consumer, failure))
        .onFailure(SqlFailures::isPassing)
        .retry()
        .withBackOff(config.retryFirst(), config.retryMost())
        .withJitter(0.5)
        .indefinitely();
  }

  private Uni<Void> effects(String consumer, List<Arrived> messages, Effect effect) {
    return transactions
        .inTransaction(tx ->
            fresh(tx, consumer, messages, effect)
                .call(() -> faults.pass(FaultPoint.INBOX_BEFORE_COMMIT)))
        .call(() -> faults.pass(FaultPoint.INBOX_AFTER_COMMIT))
        .onFailure(failure -> !SqlFailures.isPassing(failure))
        .recoverWithUni(failure -> apart(consumer, messages, effect, failure));
  }

  private Uni<Void> fresh(Tx tx, String consumer, List<Arrived> messages, Effect effect) {
    var ids = messages.stream().map(arrived -> arrived.message().id()).toArray(UUID[]::new);
    var keys = messages.stream().map(arrived -> arrived.message().key()).toArray(String[]::new);
    return tx.query(REMEMBER, consumer, ids)
        .map(rows -> set(rows, row -> row.getUUID("event_id")))
        .chain(unseen ->
            parking
                .parkedKeys(tx, consumer, keys)
                .chain(parked -> split(tx, consumer, messages, unseen, parked, effect)));
  }

  private Uni<Void> split(
      Tx tx,
      String consumer,
      List<Arrived> messages,
      Set<UUID> unseen,
      Set<String> parked,
      Effect effect) {
    metrics
        .counter("inbox.duplicates", "consumer", consumer)
        .increment(messages.size() - unseen.size());
    var due = new ArrayList<Received>();
    var behind = new ArrayList<Arrived>();
    for (Arrived arrived : messages) {
      if (!unseen.contains(arrived.message().id())) {
        continue;
      }
      if (parked.contains(arrived.message().key())) {
        behind.add(arrived);
      } else {
        due.add(arrived.message());
      }
    }
    return oneByOne(
            behind,
            arrived -> parking.park(tx, consumer, arrived.record(), "behind a parked message"))
        .chain(() -> due.isEmpty() ? Uni.createFrom().voidItem() : effect.apply(tx, due));
  }

  /**
   * One of several cannot be processed: a transaction for each, so that only that one is parked.
   */
  private Uni<Void> apart(
      String consumer, List<Arrived> messages, Effect effect, Throwable failure) {
    return messages.size() == 1
        ? park(consumer, messages.getFirst().record(), failure)
        : oneByOne(messages, arrived -> effects(consumer, List.of(arrived), effect));
  }

  private Uni<Void> park(String consumer, ConsumerRecord<String, byte[]> record, Throwable reason) {
    Log.errorf(reason, "%s parks key %s", consumer, record.key());
    metrics.counter("inbox.parked", "consumer", consumer).increment();
    return transactions.inTransaction(
        tx -> parking.park(tx, consumer, record, String.valueOf(reason)));
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
