package io.ordersystem.notifications.delivery;

import io.ordersystem.notifications.message.Message;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What became of messages that were on their way. */
@Singleton
class Outgoing {
  private static final String FIND =
      """
      SELECT CASE m.status WHEN 'QUEUED' THEN m.recipient ELSE coalesce(p.email, c.email, m.recipient) END AS recipient, %s
      FROM messages m %s
      WHERE m.id = $1
      """
          .formatted(MessageRows.COLUMNS, MessageRows.JOINS);
  private static final String AGAIN =
      """
      UPDATE messages m SET status = 'QUEUED', next_attempt_at = $2, leased_until = NULL, last_error = NULL,
        recipient = coalesce(
          CASE m.audience
            WHEN 'CUSTOMER' THEN (SELECT c.email FROM contacts c WHERE c.order_id = m.order_id)
            ELSE (SELECT p.email FROM preferences p WHERE p.audience = m.audience AND p.party_id = m.seller_id)
          END,
          m.recipient),
        resends = m.resends + 1, attempts_before = m.attempts, version = m.version + 1, updated_at = $2
      WHERE m.id = $1
        AND (m.status <> 'QUEUED' OR (m.attempts > m.attempts_before AND (m.leased_until IS NULL OR m.leased_until <= $2)))
      """;

  private final MessageRows rows;

  Outgoing(MessageRows rows) {
    this.rows = rows;
  }

  /** Those that were as they were claimed; of another somebody else has recorded an outcome. */
  Uni<Set<UUID>> sent(Tx tx, List<Message> messages, OffsetDateTime now) {
    UUID[] ids = messages.stream().map(Message::id).toArray(UUID[]::new);
    return Uni.combine()
        .all()
        .unis(
            tx.query(
                """
                INSERT INTO message_attempts (message_id, attempt, outcome, attempted_at)
                SELECT a.*, 'SENT', $3 FROM unnest($1::uuid[], $2::int[]) AS a ON CONFLICT DO NOTHING
                """,
                ids,
                messages.stream().map(Message::attempts).toArray(Integer[]::new),
                now),
            tx.query(
                """
                UPDATE messages SET status = 'SENT', sent_at = $3, next_attempt_at = NULL, leased_until = NULL,
                  last_error = NULL, version = version + 1, updated_at = $3
                WHERE id = ANY ($1) AND status = 'QUEUED'
                  AND (id, version) IN (SELECT * FROM unnest($1::uuid[], $2::bigint[]))
                RETURNING id
                """,
                ids,
                messages.stream().map(Message::version).toArray(Long[]::new),
                now))
        .with((attempts, changed) -> {
          var sent = new HashSet<UUID>();
          changed.forEach(row -> sent.add(row.getUUID("id")));
          return sent;
        });
  }

  Uni<Void> tryAgain(
      Tx tx, Message message, String error, OffsetDateTime now, OffsetDateTime again) {
    return failed(tx, message, error, now)
        .chain(() ->
            tx.query(
                """
                UPDATE messages SET next_attempt_at = $2, leased_until = NULL, last_error = $3, updated_at = $4
                WHERE id = $1 AND status = 'QUEUED' AND attempts = $5
                """,
                message.id(),
                again,
                error,
                now,
                message.attempts()))
        .replaceWithVoid();
  }

  /** False when the message is not as it was claimed. */
  Uni<Boolean> gaveUp(Tx tx, Message message, String error, OffsetDateTime now) {
    return failed(tx, message, error, now)
        .chain(() ->
            tx.update(
                """
                UPDATE messages SET status = 'FAILED', next_attempt_at = NULL, leased_until = NULL, last_error = $2,
                  version = version + 1, updated_at = $3
                WHERE id = $1 AND status = 'QUEUED' AND version = $4
                """,
                message.id(),
                error,
                now,
                message.version()))
        .map(changed -> changed == 1);
  }

  /** The message as it would be sent now. */
  Uni<Message> find(Tx tx, UUID id) {
    return tx.query(FIND, id).map(found -> rows.message(found.iterator().next()));
  }

  /**
   * Begins anew, to the newest address of its recipient. False when it is about to be sent anyway:
   * one whose attempts have failed so far may begin anew, too.
   */
  Uni<Boolean> again(Tx tx, UUID id, OffsetDateTime now) {
    return tx.update(AGAIN, id, now).map(changed -> changed == 1);
  }

  private static Uni<Void> failed(Tx tx, Message message, String error, OffsetDateTime now) {
    return tx.query(
            """
            INSERT INTO message_attempts (message_id, attempt, outcome, error, attempted_at)
            VALUES ($1, $2, 'FAILED', $3, $4) ON CONFLICT DO NOTHING
            """,
            message.id(),
            message.attempts(),
            error,
            now)
        .replaceWithVoid();
  }
}
