package io.ordersystem.platform.inbox;

import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.inbox.Chunks.Arrived;
import io.ordersystem.platform.inbox.Chunks.Chunk;
import io.ordersystem.platform.inbox.Chunks.Readable;
import io.ordersystem.platform.inbox.Chunks.Unreadable;
import io.ordersystem.platform.inbox.Inbox.Effect;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.logging.Log;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Makes projections anew while traffic runs. The topic is read into a table of the same shape
 * beside the projection, which nobody else ever sees; then its writers are held up for a moment,
 * what came meanwhile is read, too, and the difference is written over. Readers see the old rows
 * until then, all at once the new ones after.
 *
 * <p>All of it is one transaction and fails as one: when the broker is silent for 10 s, or when one
 * statement over the whole table takes longer than a connection may be silent (15 s).
 */
@Singleton
public class Projections {
  /** How long the topic is read at most. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** How long the rebuild waits for the projection's writers before it gives up. */
  private static final String LOCK_TIMEOUT = "10s";

  private final Transactions transactions;
  private final EventFormat format;
  private final InboxConfig config;
  private final Map<String, Object> broker;
  private final Vertx vertx;
  private final Map<String, Projection> projections = new ConcurrentHashMap<>();

  Projections(
      Transactions transactions,
      EventFormat format,
      InboxConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> broker,
      Vertx vertx) {
    this.transactions = transactions;
    this.format = format;
    this.config = config;
    this.broker = broker;
    this.vertx = vertx;
  }

  /**
   * What a rebuild did.
   *
   * @param messages read from the topic
   * @param unreadable messages that were passed over, because they cannot be read or written. The
   *     row of a key whose newest message is one of them stays as it was
   * @param rows in the projection now
   * @param changed rows that were written, or deleted because their key is not on the topic
   */
  public record Rebuilt(
      long messages, long unreadable, long rowsBefore, long rows, long changed, double seconds) {}

  /** Makes a projection known to operators. */
  public void register(Projection projection) {
    projections.put(projection.name(), projection);
  }

  /**
   * Makes a projection anew.
   *
   * @throws DomainException {@code not-found} for an unknown one, {@code rebuild-running} while
   *     another process does the same
   */
  public Uni<Rebuilt> rebuild(String name) {
    Projection projection = projections.get(name);
    if (projection == null) {
      throw new DomainException(
          ProblemType.NOT_FOUND,
          "no projection " + name + ", but " + new TreeSet<>(projections.keySet()));
    }
    return OwnContext.of(
            vertx,
            () ->
                transactions.inTransaction(
                    tx -> new Run(projection, tx, vertx.getOrCreateContext()).run()))
        .call(() -> transactions.inTransaction(projection.afterwards()::apply))
        .invoke(rebuilt -> Log.infof("Projection %s was rebuilt: %s", name, rebuilt));
  }

  /** One rebuild, in one transaction. */
  private final class Run {
    private static final ProblemType RUNNING =
        new ProblemType(409, "rebuild-running", "The projection is being rebuilt");

    private final Projection projection;
    private final Tx tx;
    private final Context context;
    private final String table;
    private final String rebuilt;
    private final Effect writer;
    private final long began = System.nanoTime();
    private final Set<String> unreadableKeys = new HashSet<>();
    private long messages;
    private long unreadable;
    private long rowsBefore;

    Run(Projection projection, Tx tx, Context context) {
      this.projection = projection;
      this.tx = tx;
      this.context = context;
      this.table = projection.table();
      this.rebuilt = table + "_rebuilt";
      this.writer = projection.writer().apply(rebuilt);
    }

    Uni<Rebuilt> run() {
      return claim()
          .chain(() ->
              tx.query(
                  "CREATE UNLOGGED TABLE %s (LIKE %s INCLUDING ALL)".formatted(rebuilt, table)))
          .chain(() -> blocking(() -> new CompactedTopic(broker, projection.topic())))
          .chain(topic ->
              readToTheEnd(topic)
                  .chain(() ->
                      tx.query("SELECT set_config('lock_timeout', '" + LOCK_TIMEOUT + "', true)"))
                  .chain(
                      () -> tx.query("LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE".formatted(table)))
                  .chain(() -> readToTheEnd(topic))
                  .eventually(() -> blocking(() -> close(topic))))
          .chain(this::replace)
          .call(() -> tx.query("DROP TABLE " + rebuilt));
    }

    private Uni<Void> claim() {
      return tx.query(
              "SELECT pg_try_advisory_xact_lock(hashtextextended('rebuild/' || current_schema() || '/' || $1, 0)) AS mine",
              projection.name())
          .invoke(rows -> {
            if (!rows.iterator().next().getBoolean("mine")) {
              throw new DomainException(RUNNING, projection.name() + " is being rebuilt");
            }
          })
          .replaceWithVoid();
    }

    private Uni<Void> readToTheEnd(CompactedTopic topic) {
      return blocking(topic::fixEnd).chain(() -> readOn(topic));
    }

    private Uni<Void> readOn(CompactedTopic topic) {
      if (System.nanoTime() - began > LONGEST.toNanos()) {
        return Uni.createFrom()
            .failure(new IllegalStateException("the topic has not ended after " + LONGEST));
      }
      return blocking(topic::poll)
          .chain(batch ->
              batch.records().isEmpty() && batch.tombstones().isEmpty()
                  ? Uni.createFrom().item(batch.ended())
                  : write(batch).replaceWith(batch.ended()))
          .chain(ended -> ended ? Uni.createFrom().voidItem() : readOn(topic));
    }

    private Uni<Void> write(CompactedTopic.Batch batch) {
      messages += batch.records().size();
      return Multi.createFrom()
          .iterable(
              Chunks.of(batch.records(), format, config.batchSize(), message -> false, () -> {}))
          .onItem()
          .transformToUniAndConcatenate(this::write)
          .collect()
          .last()
          .chain(() -> forget(batch.tombstones()));
    }

    private Uni<Void> write(Chunk chunk) {
      return switch (chunk) {
        case Readable readable -> write(readable.messages());
        case Unreadable broken -> passOver(broken.record(), broken.defect());
      };
    }

    /** One that the table refuses must not undo the others: it is found and passed over. */
    private Uni<Void> write(List<Arrived> arrived) {
      return tx.query("SAVEPOINT chunk")
          .chain(() -> writer.apply(tx, arrived.stream().map(Arrived::message).toList()))
          .invoke(() -> arrived.forEach(one -> unreadableKeys.remove(Parking.key(one.record()))))
          .onFailure(failure -> !SqlFailures.isPassing(failure))
          .recoverWithUni(failure ->
              tx.query("ROLLBACK TO SAVEPOINT chunk").chain(() -> apart(arrived, failure)));
    }

    private Uni<Void> apart(List<Arrived> arrived, Throwable failure) {
      return arrived.size() == 1
          ? passOver(arrived.getFirst().record(), failure)
          : Multi.createFrom()
              .iterable(arrived)
              .onItem()
              .transformToUniAndConcatenate(one -> write(List.of(one)))
              .collect()
              .last()
              .replaceWithVoid();
    }

    private Uni<Void> passOver(ConsumerRecord<String, byte[]> record, Throwable defect) {
      unreadable++;
      unreadableKeys.add(Parking.key(record));
      Log.warnf(
          "Passed over %s-%d@%d: %s",
          record.topic(), record.partition(), record.offset(), defect.getMessage());
      return Uni.createFrom().voidItem();
    }

    /** A key that ends with a tombstone has no row. */
    private Uni<Void> forget(List<String> keys) {
      keys.forEach(tombstoned -> unreadableKeys.remove(Parking.stored(tombstoned)));
      return keys.isEmpty()
          ? Uni.createFrom().voidItem()
          : tx.query(
                  "DELETE FROM %s t WHERE %s = ANY ($1)"
                      .formatted(rebuilt, projection.messageKey("t")),
                  (Object) keys.toArray(String[]::new))
              .replaceWithVoid();
    }

    private Uni<Rebuilt> replace() {
      String key = String.join(", ", projection.primaryKey());
      String delete =
          """
          DELETE FROM %1$s t WHERE NOT EXISTS (SELECT FROM %2$s r WHERE (%3$s) = (%4$s)) AND %5$s <> ALL ($1)
          """
              .formatted(table, rebuilt, columns("r"), columns("t"), projection.messageKey("t"));
      String[] kept = unreadableKeys.toArray(String[]::new);
      return count(table)
          .invoke(count -> rowsBefore = count)
          .chain(() -> tx.update(delete, (Object) kept))
          .chain(deleted ->
              // Two statements: one cannot delete a row and insert its successor.
              tx.update(
                      """
                      DELETE FROM %s t USING %s r
                      WHERE (%s) = (%s) AND ROW (t.*) IS DISTINCT FROM ROW (r.*) AND %s <> ALL ($1)
                      """
                          .formatted(
                              table,
                              rebuilt,
                              columns("r"),
                              columns("t"),
                              projection.messageKey("t")),
                      (Object) kept)
                  .chain(() ->
                      tx.update(
                          "INSERT INTO %s SELECT * FROM %s r WHERE %s <> ALL ($1) ON CONFLICT (%s) DO NOTHING"
                              .formatted(table, rebuilt, projection.messageKey("r"), key),
                          (Object) kept))
                  .map(written -> deleted + written))
          .chain(changed ->
              count(table)
                  .map(rows ->
                      new Rebuilt(
                          messages,
                          unreadable,
                          rowsBefore,
                          rows,
                          changed,
                          (System.nanoTime() - began) / 1e9)));
    }

    private String columns(String alias) {
      return String.join(
          ", ", projection.primaryKey().stream().map(column -> alias + "." + column).toList());
    }

    private Uni<Long> count(String counted) {
      return tx.query("SELECT count(*) AS n FROM " + counted)
          .map(rows -> rows.iterator().next().getLong("n"));
    }

    /** Work that blocks, and back on the transaction's context. */
    private <T> Uni<T> blocking(Supplier<T> work) {
      return Uni.createFrom()
          .item(work)
          .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
          .emitOn(command -> context.runOnContext(nothing -> command.run()));
    }

    private static boolean close(CompactedTopic topic) {
      topic.close();
      return true;
    }
  }
}
