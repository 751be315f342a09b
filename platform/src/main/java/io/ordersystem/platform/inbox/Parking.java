package io.ordersystem.platform.inbox;

import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Messages that could not be processed, kept byte for byte with what was wrong, per key in order.
 */
@Singleton
class Parking {
  private static final String PARK =
      """
      INSERT INTO parked_messages (id, consumer, topic, kafka_partition, kafka_offset, key, headers, value, reason)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT (consumer, topic, kafka_partition, kafka_offset) DO NOTHING
      """;
  private static final int REASON_LIMIT = 2_000;

  /** PostgreSQL stores every character but this one. */
  private static final char NUL = '\0';

  private static final char REPLACEMENT = '\uFFFD';

  private final Ids ids;

  Parking(Ids ids) {
    this.ids = ids;
  }

  Uni<Set<String>> parkedKeys(Tx tx, String consumer, String[] keys) {
    return tx.query(
            "SELECT DISTINCT key FROM parked_messages WHERE consumer = $1 AND key = ANY ($2)",
            consumer,
            keys)
        .map(rows -> {
          var parked = new HashSet<String>();
          rows.forEach(row -> parked.add(row.getString("key")));
          return parked;
        });
  }

  Uni<Void> park(Tx tx, String consumer, ConsumerRecord<String, byte[]> record, String reason) {
    var headers = new JsonObject();
    record
        .headers()
        .forEach(header ->
            headers.put(
                storable(header.key()),
                header.value() == null
                    ? null
                    : storable(new String(header.value(), StandardCharsets.UTF_8))));
    return tx.query(
            PARK,
            ids.next(),
            consumer,
            record.topic(),
            record.partition(),
            record.offset(),
            record.key() == null ? "" : storable(record.key()),
            headers,
            Buffer.buffer(record.value()),
            storable(reason.length() > REASON_LIMIT ? reason.substring(0, REASON_LIMIT) : reason))
        .replaceWithVoid();
  }

  private static String storable(String text) {
    return text.replace(NUL, REPLACEMENT);
  }
}
