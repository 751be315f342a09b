package io.ordersystem.notifications.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.notifications.message.Message;
import io.ordersystem.notifications.message.OrderContent;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The rows of messages that are on their way. */
@Singleton
class Outgoing {
  private static final String CLAIM =
      """
      WITH due AS (
        SELECT id FROM messages
        WHERE status = 'QUEUED' AND next_attempt_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
        ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED)
      UPDATE messages m SET leased_until = $2, attempts = m.attempts + 1
      FROM due LEFT JOIN messages d ON d.id = due.id LEFT JOIN contacts c ON c.order_id = d.order_id
      WHERE m.id = due.id
      RETURNING m.id, m.order_id, m.template, m.content::text AS content, m.recipient, m.resends, m.attempts, m.attempts_before,
        m.version, c.name, c.locale
      """;
  private static final String FIND =
      """
      SELECT m.id, m.order_id, m.template, m.content::text AS content,
        CASE m.status WHEN 'QUEUED' THEN m.recipient ELSE coalesce(c.email, m.recipient) END AS recipient, m.resends, m.attempts, m.attempts_before,
        m.version, c.name, c.locale
      FROM messages m LEFT JOIN contacts c ON c.order_id = m.order_id
      WHERE m.id = $1
      """;
  private static final String AGAIN =
      """
      UPDATE messages m SET status = 'QUEUED', next_attempt_at = $2, leased_until = NULL, last_error = NULL,
        recipient = coalesce((SELECT c.email FROM contacts c WHERE c.order_id = m.order_id), m.recipient),
        resends = m.resends + 1, attempts_before = m.attempts, version = m.version + 1, updated_at = $2
      WHERE m.id = $1
        AND (m.status <> 'QUEUED' OR (m.attempts > m.attempts_before AND (m.leased_until IS NULL OR m.leased_until <= $2)))
      """;

  private final ObjectMapper json;

  Outgoing(ObjectMapper json) {
    this.json = json;
  }

  /** Claims due messages until a moment; each claim is an attempt. */
  Uni<List<Message>> claim(Tx tx, OffsetDateTime now, OffsetDateTime until, int limit) {
    return tx.query(CLAIM, now, until, limit)
        .map(rows -> {
          List<Message> messages = new ArrayList<>();
          rows.forEach(row -> messages.add(message(row)));
          return messages;
        });
  }

  /** False when the message is not as it was claimed: somebody else has recorded an outcome. */
  Uni<Boolean> sent(Tx tx, Message message, OffsetDateTime now) {
    return attempt(tx, message, "SENT", null, now)
        .chain(() ->
            tx.update(
                """
                UPDATE messages SET status = 'SENT', sent_at = $2, next_attempt_at = NULL, leased_until = NULL,
                  last_error = NULL, version = version + 1, updated_at = $2
                WHERE id = $1 AND status = 'QUEUED' AND version = $3
                """,
                message.id(),
                now,
                message.version()))
        .map(changed -> changed == 1);
  }

  Uni<Void> tryAgain(
      Tx tx, Message message, String error, OffsetDateTime now, OffsetDateTime again) {
    return attempt(tx, message, "FAILED", error, now)
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
    return attempt(tx, message, "FAILED", error, now)
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
    return tx.query(FIND, id).map(rows -> message(rows.iterator().next()));
  }

  /**
   * Begins anew, to the newest address of the order's contact. False when it is about to be sent
   * anyway: one whose attempts have failed so far may begin anew, too.
   */
  Uni<Boolean> again(Tx tx, UUID id, OffsetDateTime now) {
    return tx.update(AGAIN, id, now).map(changed -> changed == 1);
  }

  private static Uni<Void> attempt(
      Tx tx,
      Message message,
      String outcome,
      @org.jspecify.annotations.Nullable String error,
      OffsetDateTime now) {
    return tx.query(
            """
            INSERT INTO message_attempts (message_id, attempt, outcome, error, attempted_at)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
            """,
            message.id(),
            message.attempts(),
            outcome,
            error,
            now)
        .replaceWithVoid();
  }

  private Message message(Row row) {
    String name = row.getString("name");
    String locale = row.getString("locale");
    String recipient = row.getString("recipient");
    return new Message(
        row.getUUID("id"),
        row.getUUID("order_id"),
        Message.Template.named(row.getString("template")),
        content(row.getString("content")),
        recipient == null ? "" : recipient,
        name == null ? "" : name,
        locale == null ? "" : locale,
        row.getInteger("resends"),
        row.getInteger("attempts"),
        row.getInteger("attempts_before"),
        row.getLong("version"));
  }

  private OrderContent content(String text) {
    try {
      return json.readValue(text, OrderContent.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored message cannot be read", e);
    }
  }
}
