package io.ordersystem.platform.inbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What operators see of parked messages, and how they end their wait: by redrive or discard. */
@Singleton
public class ParkedMessages {
  /** Keys or messages of one answer. */
  public static final int MOST_LISTED = 1_000;

  /** Counting more would cost more than the number is worth. */
  public static final int MOST_COUNTED = 100_000;

  /** Messages that one call redrives at most. */
  public static final int MOST_REDRIVEN = 1_000;

  private static final int VALUE_LIMIT = 4_000;
  private static final int REASON_LIMIT = 500;

  private static final String KEYS =
      """
      SELECT k.consumer, k.key, k.reason, k.parked_at, k.attempts, k.attempted_at, m.messages, coalesce(f.topic, '') AS topic, coalesce(f.kafka_partition, -1) AS kafka_partition,
             coalesce(f.kafka_offset, -1) AS kafka_offset, f.headers ->> 'ce_type' AS type
      FROM parked_keys k
      CROSS JOIN LATERAL (SELECT count(*) AS messages FROM parked_messages m WHERE m.consumer = k.consumer AND m.key = k.key) m
      LEFT JOIN LATERAL (SELECT m.topic, m.kafka_partition, m.kafka_offset, m.headers FROM parked_messages m
                         WHERE m.consumer = k.consumer AND m.key = k.key ORDER BY kafka_offset LIMIT 1) f ON true
      WHERE ($1::text IS NULL OR k.consumer = $1)
      ORDER BY k.parked_at, k.consumer, k.key LIMIT $2
      """;

  private static final String TOTALS =
      """
      SELECT consumer, count(*) AS keys,
             (SELECT count(*) FROM (SELECT FROM parked_messages m WHERE m.consumer = k.consumer LIMIT %d) counted) AS messages
      FROM parked_keys k GROUP BY consumer ORDER BY consumer
      """
          .formatted(MOST_COUNTED);

  private static final String MESSAGES =
      """
      SELECT id, topic, kafka_partition, kafka_offset, headers, value, reason, parked_at
      FROM parked_messages WHERE consumer = $1 AND key = $2 ORDER BY kafka_offset LIMIT $3
      """;

  private static final String NEXT_KEYS =
      """
      SELECT key FROM parked_keys WHERE consumer = $1 AND ($2::text IS NULL OR key > $2) ORDER BY key LIMIT $3
      """;

  private static final String DISCARD =
      """
      INSERT INTO discarded_messages (id, consumer, topic, kafka_partition, kafka_offset, key, headers, value, reason, parked_at, event_id, discard_reason)
      SELECT id, consumer, topic, kafka_partition, kafka_offset, key, headers, value, reason, parked_at, event_id, $2
      FROM parked_messages WHERE id = $1
      """;

  private final Pool pool;
  private final Transactions transactions;
  private final Parking parking;
  private final Inbox inbox;
  private final MeterRegistry metrics;

  ParkedMessages(
      Pool pool, Transactions transactions, Parking parking, Inbox inbox, MeterRegistry metrics) {
    this.pool = pool;
    this.transactions = transactions;
    this.parking = parking;
    this.inbox = inbox;
    this.metrics = metrics;
  }

  /**
   * A parked key.
   *
   * @param messages how many wait; at most {@value #MOST_COUNTED} are counted in a total
   * @param offset of the first one
   * @param type its CloudEvents type; null when it has none
   * @param reason what was wrong with it the last time it was tried
   * @param attempts how often it was redriven in vain
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Key(
      String consumer,
      String key,
      long messages,
      String topic,
      int partition,
      long offset,
      @Nullable String type,
      String reason,
      Instant parkedAt,
      int attempts,
      @Nullable Instant attemptedAt) {}

  /** How much of a consumer is parked. */
  public record Total(String consumer, long keys, long messages) {}

  /**
   * What is parked.
   *
   * @param totals of every consumer of the service, also of those with nothing parked
   * @param keys oldest first, at most as many as asked for
   */
  public record Listing(List<Total> totals, List<Key> keys) {}

  /**
   * A parked message.
   *
   * @param value as text, at most 4,000 characters; may hold personal data, so only on request
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Message(
      UUID id,
      String topic,
      int partition,
      long offset,
      JsonObject headers,
      int bytes,
      String reason,
      Instant parkedAt,
      @Nullable String value) {}

  /** A key that could not be freed, and why. */
  public record Refused(String key, String reason) {}

  /**
   * What a redrive did.
   *
   * @param redriven messages that took effect
   * @param refused keys whose first message still cannot be processed
   * @param next to be passed as {@code after} to go on; null when every key was tried
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Redriven(int redriven, List<Refused> refused, @Nullable String next) {}

  /**
   * Parked keys of one consumer or of all.
   *
   * @param limit from 1 to {@value #MOST_LISTED}
   */
  public Uni<Listing> list(@Nullable String consumer, int limit) {
    requireLimit(limit);
    if (consumer != null) {
      find(consumer);
    }
    return totals()
        .chain(totals ->
            pool.preparedQuery(KEYS)
                .execute(Tuple.of(consumer, limit))
                .map(rows -> new Listing(totals, all(rows, ParkedMessages::key))));
  }

  /** Of every consumer. */
  Uni<List<Total>> totals() {
    return pool.query(TOTALS)
        .execute()
        .map(rows -> {
          var totals = new ArrayList<Total>();
          var silent = inbox.names();
          for (Row row : rows) {
            totals.add(
                new Total(row.getString("consumer"), row.getLong("keys"), row.getLong("messages")));
            silent.remove(row.getString("consumer"));
          }
          silent.forEach(name -> totals.add(new Total(name, 0, 0)));
          return totals;
        });
  }

  /** The messages of a parked key, in order. */
  public Uni<List<Message>> messages(String consumer, String key, int limit, boolean values) {
    requireLimit(limit);
    find(consumer);
    return pool.preparedQuery(MESSAGES)
        .execute(Tuple.of(consumer, key, limit))
        .map(rows -> all(rows, row -> message(row, values)));
  }

  /**
   * Tries again what is parked: each key's messages in order, up to the first that cannot be
   * processed.
   *
   * @param key null for every key of the consumer
   * @param after only keys behind this one, when {@code key} is null; null from the first one
   */
  public Uni<Redriven> redrive(String consumer, @Nullable String key, @Nullable String after) {
    MessageConsumer found = find(consumer);
    if (key != null) {
      return redriveKeys(found, List.of(key), 0, null, new Redriven(0, List.of(), null))
          .map(done ->
              new Redriven(
                  done.redriven(), done.refused(), done.redriven() < MOST_REDRIVEN ? null : key));
    }
    return pool.preparedQuery(NEXT_KEYS)
        .execute(Tuple.of(consumer, after, MOST_LISTED))
        .map(rows -> all(rows, row -> row.getString("key")))
        .chain(keys -> redriveKeys(found, keys, 0, after, new Redriven(0, List.of(), null)));
  }

  private Uni<Redriven> redriveKeys(
      MessageConsumer consumer,
      List<String> keys,
      int index,
      @Nullable String after,
      Redriven sofar) {
    if (index == keys.size()) {
      boolean more = keys.size() == MOST_LISTED;
      return Uni.createFrom()
          .item(new Redriven(sofar.redriven(), sofar.refused(), more ? keys.getLast() : null));
    }
    String key = keys.get(index);
    int room = MOST_REDRIVEN - sofar.redriven();
    return consumer
        .redrive(key, room)
        .chain(progress -> {
          var refused = new ArrayList<>(sofar.refused());
          if (progress.obstacle() != null) {
            refused.add(new Refused(key, progress.obstacle()));
          }
          int redriven = sofar.redriven() + progress.done();
          if (redriven >= MOST_REDRIVEN) {
            // This key may have more: it is the first one of the next call.
            return Uni.createFrom()
                .item(new Redriven(redriven, refused, after == null ? "" : after));
          }
          return redriveKeys(consumer, keys, index + 1, key, new Redriven(redriven, refused, null));
        });
  }

  /**
   * Gives a parked message up. It is kept among the discarded ones; what was behind it stays parked
   * until it is redriven.
   *
   * @throws DomainException {@code not-found} when it is not parked, {@code validation-failed}
   *     without a reason
   */
  public Uni<Void> discard(UUID id, String reason) {
    if (reason.isBlank() || reason.length() > REASON_LIMIT) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED, "reason must have 1 to " + REASON_LIMIT + " characters");
    }
    return transactions.inTransaction(tx ->
        tx.query("SELECT consumer, key FROM parked_messages WHERE id = $1", id)
            .chain(rows -> discard(tx, id, reason, only(rows, id))));
  }

  private Uni<Void> discard(Tx tx, UUID id, String reason, Row row) {
    String consumer = row.getString("consumer");
    String key = row.getString("key");
    // Not beside a redrive of the same key.
    return parking
        .first(tx, consumer, key)
        .chain(() -> tx.update(DISCARD, id, reason))
        .invoke(moved -> {
          if (moved == 0) {
            throw notParked(id);
          }
        })
        .chain(() -> parking.takeOut(tx, consumer, key, id))
        .invoke(() ->
            tx.afterCommit(
                () -> metrics.counter("inbox.discarded", "consumer", consumer).increment()));
  }

  private MessageConsumer find(String consumer) {
    return inbox
        .find(consumer)
        .orElseThrow(() ->
            new DomainException(
                ProblemType.NOT_FOUND, "no consumer " + consumer + ", but " + inbox.names()));
  }

  private static void requireLimit(int limit) {
    if (limit < 1 || limit > MOST_LISTED) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED, "limit must be from 1 to " + MOST_LISTED);
    }
  }

  private static Row only(RowSet<Row> rows, UUID id) {
    if (!rows.iterator().hasNext()) {
      throw notParked(id);
    }
    return rows.iterator().next();
  }

  private static DomainException notParked(UUID id) {
    return new DomainException(ProblemType.NOT_FOUND, "no parked message " + id);
  }

  private static Key key(Row row) {
    OffsetDateTime attempted = row.getOffsetDateTime("attempted_at");
    return new Key(
        row.getString("consumer"),
        row.getString("key"),
        row.getLong("messages"),
        row.getString("topic"),
        row.getInteger("kafka_partition"),
        row.getLong("kafka_offset"),
        row.getString("type"),
        row.getString("reason"),
        row.getOffsetDateTime("parked_at").toInstant(),
        row.getInteger("attempts"),
        attempted == null ? null : attempted.toInstant());
  }

  private static Message message(Row row, boolean values) {
    Buffer value = row.getDelegate().getBuffer("value");
    String text = values && value != null ? value.toString(StandardCharsets.UTF_8) : null;
    return new Message(
        row.getUUID("id"),
        row.getString("topic"),
        row.getInteger("kafka_partition"),
        row.getLong("kafka_offset"),
        row.getJsonObject("headers"),
        value == null ? 0 : value.length(),
        row.getString("reason"),
        row.getOffsetDateTime("parked_at").toInstant(),
        text == null || text.length() <= VALUE_LIMIT ? text : text.substring(0, VALUE_LIMIT));
  }

  private static <T> List<T> all(RowSet<Row> rows, Function<Row, T> each) {
    return StreamSupport.stream(rows.spliterator(), false).map(each).toList();
  }
}
