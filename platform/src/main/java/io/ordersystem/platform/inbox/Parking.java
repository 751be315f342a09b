package io.ordersystem.platform.inbox;

import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Keys that wait for somebody's decision, with their messages: kept with what was wrong, per key in
 * order. The key's row is what the consumer and a redrive agree by.
 */
@Singleton
class Parking {
  static final String BEHIND = "behind a parked message";

  private static final String PARKED =
      """
      SELECT key FROM parked_keys WHERE consumer = $1 AND key = ANY ($2) ORDER BY key FOR SHARE
      """;

  /** A trigger makes the row of a key that is not parked yet, and leaves that of one that is. */
  private static final String PARK_MESSAGE =
      """
      INSERT INTO parked_messages (id, consumer, topic, kafka_partition, kafka_offset, key, headers, value, reason, event_id)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      ON CONFLICT (consumer, topic, kafka_partition, kafka_offset) DO NOTHING
      """;

  private static final String FIRST =
      """
      SELECT id, topic, kafka_partition, kafka_offset, key, headers, value, event_id
      FROM parked_messages WHERE consumer = $1 AND key = $2 ORDER BY kafka_offset LIMIT 1
      """;

  private static final String FREE =
      """
      DELETE FROM parked_keys k WHERE consumer = $1 AND key = $2
        AND NOT EXISTS (SELECT FROM parked_messages m WHERE m.consumer = k.consumer AND m.key = k.key)
      """;

  private static final int REASON_LIMIT = 2_000;

  /** In characters, of up to four bytes each: an index takes 2,700 bytes. */
  private static final int KEY_LIMIT = 512;

  /** PostgreSQL stores every character but this one. */
  private static final char NUL = '\0';

  private static final char REPLACEMENT = '\uFFFD';

  private final Ids ids;

  Parking(Ids ids) {
    this.ids = ids;
  }

  /**
   * A message that waits.
   *
   * @param eventId the id under which the inbox remembers it; null when it could not be read
   */
  record Parked(UUID id, ConsumerRecord<String, byte[]> record, @Nullable UUID eventId) {}

  /**
   * Which of these keys, as they are {@link #stored}, are parked; they stay so until the
   * transaction ends.
   */
  Uni<Set<String>> parkedKeys(Tx tx, String consumer, String[] storedKeys) {
    return tx.query(PARKED, consumer, storedKeys)
        .map(rows -> {
          var parked = new HashSet<String>();
          rows.forEach(row -> parked.add(row.getString("key")));
          return parked;
        });
  }

  /** Parks a message, and its key when it is not yet. */
  Uni<Void> park(
      Tx tx,
      String consumer,
      ConsumerRecord<String, byte[]> record,
      @Nullable UUID eventId,
      String reason) {
    return tx.query(
            PARK_MESSAGE,
            ids.next(),
            consumer,
            record.topic(),
            record.partition(),
            record.offset(),
            key(record),
            headers(record),
            record.value() == null ? null : Buffer.buffer(record.value()),
            storable(reason),
            eventId)
        .replaceWithVoid();
  }

  /** The first message of a key, which is locked until the transaction ends; empty without one. */
  Uni<Optional<Parked>> first(Tx tx, String consumer, String key) {
    return tx.query(
            "SELECT FROM parked_keys WHERE consumer = $1 AND key = $2 FOR UPDATE", consumer, key)
        .chain(() -> tx.query(FIRST, consumer, key))
        .map(rows ->
            rows.iterator().hasNext()
                ? Optional.of(parked(rows.iterator().next()))
                : Optional.empty());
  }

  /** Takes a message out; the key is free when it was the last one. */
  Uni<Void> takeOut(Tx tx, String consumer, String key, UUID id) {
    return tx.query("DELETE FROM parked_messages WHERE id = $1", id)
        .chain(() -> free(tx, consumer, key));
  }

  /** Frees a key that has no message any more. */
  Uni<Void> free(Tx tx, String consumer, String key) {
    return tx.query(FREE, consumer, key).replaceWithVoid();
  }

  /** Notes that a key's first message was tried again in vain. */
  Uni<Void> triedInVain(Tx tx, String consumer, String key, String reason) {
    return tx.query(
            """
            UPDATE parked_keys SET reason = $3, attempts = attempts + 1, attempted_at = now()
            WHERE consumer = $1 AND key = $2
            """,
            consumer,
            key,
            storable(reason))
        .replaceWithVoid();
  }

  static String key(ConsumerRecord<String, byte[]> record) {
    return record.key() == null ? "" : stored(record.key());
  }

  /** A key as it is stored: ours are, but one that PostgreSQL or its index cannot hold is not. */
  static String stored(String key) {
    return key.length() <= KEY_LIMIT && key.indexOf(NUL) < 0
        ? key
        : storable(key.substring(0, Math.min(key.length(), KEY_LIMIT / 2)))
            + "#"
            + UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonObject headers(ConsumerRecord<String, byte[]> record) {
    var headers = new JsonObject();
    record
        .headers()
        .forEach(header ->
            headers.put(
                storable(header.key()),
                header.value() == null
                    ? null
                    : storable(new String(header.value(), StandardCharsets.UTF_8))));
    return headers;
  }

  private static Parked parked(Row row) {
    var headers = new RecordHeaders();
    row.getJsonObject("headers")
        .forEach(header ->
            headers.add(
                header.getKey(),
                header.getValue() == null
                    ? null
                    : header.getValue().toString().getBytes(StandardCharsets.UTF_8)));
    Buffer stored = row.getDelegate().getBuffer("value");
    byte[] value = stored == null ? null : stored.getBytes();
    var record =
        new ConsumerRecord<String, byte[]>(
            row.getString("topic"),
            row.getInteger("kafka_partition"),
            row.getLong("kafka_offset"),
            ConsumerRecord.NO_TIMESTAMP,
            TimestampType.NO_TIMESTAMP_TYPE,
            ConsumerRecord.NULL_SIZE,
            ConsumerRecord.NULL_SIZE,
            row.getString("key"),
            value,
            headers,
            Optional.empty());
    return new Parked(row.getUUID("id"), record, row.getUUID("event_id"));
  }

  private static String storable(String text) {
    String cut = text.length() > REASON_LIMIT ? text.substring(0, REASON_LIMIT) : text;
    return cut.replace(NUL, REPLACEMENT);
  }
}
