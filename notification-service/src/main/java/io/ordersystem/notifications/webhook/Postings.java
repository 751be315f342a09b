package io.ordersystem.notifications.webhook;

import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Queues messages for endpoints. */
@Singleton
class Postings {
  private static final String MESSAGES =
      """
      INSERT INTO webhook_messages (id, type, body, created_at)
      SELECT id, type, body, $4 FROM unnest($1::uuid[], $2::text[], $3::text[]) AS m(id, type, body)
      ON CONFLICT DO NOTHING
      """;
  // In the order of the events: that is the order of their sequence.
  private static final String DELIVERIES =
      """
      INSERT INTO webhook_deliveries (id, endpoint_id, message_id, sequence_key, status, next_attempt_at, created_at)
      SELECT id, endpoint_id, message_id, sequence_key, 'PENDING', $5, $5
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) WITH ORDINALITY
        AS d(id, endpoint_id, message_id, sequence_key, place)
      ORDER BY place
      ON CONFLICT DO NOTHING
      """;

  private final Ids ids;
  private final Clock clock;
  private final WebhookBeat beat;

  Postings(Ids ids, Clock clock, WebhookBeat beat) {
    this.ids = ids;
    this.clock = clock;
    this.beat = beat;
  }

  /** Queues them in this order; one that was queued before is passed over. */
  Uni<Void> add(Tx tx, List<Posting> postings) {
    tx.afterCommit(beat::wake);
    var now = OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    Map<UUID, Posting> messages = new LinkedHashMap<>();
    postings.forEach(posting -> messages.putIfAbsent(posting.messageId(), posting));
    return tx.query(
            MESSAGES,
            messages.keySet().toArray(UUID[]::new),
            texts(List.copyOf(messages.values()), Posting::type),
            texts(List.copyOf(messages.values()), Posting::body),
            now)
        .chain(() ->
            tx.query(
                DELIVERIES,
                postings.stream().map(posting -> ids.next()).toArray(UUID[]::new),
                postings.stream().map(Posting::endpointId).toArray(UUID[]::new),
                postings.stream().map(Posting::messageId).toArray(UUID[]::new),
                texts(postings, Posting::sequenceKey),
                now))
        .replaceWithVoid();
  }

  private static String[] texts(List<Posting> postings, Function<Posting, String> part) {
    return postings.stream().map(part).toArray(String[]::new);
  }
}
