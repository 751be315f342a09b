package io.ordersystem.notifications.reading;

import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.security.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads messages, newest first; a customer sees its own. */
@ApplicationScoped
class Messages {
  private static final String LIST =
      """
      SELECT * FROM messages
      WHERE ($1::uuid IS NULL OR order_id = $1) AND ($2::text IS NULL OR customer_id = $2) AND ($3::uuid IS NULL OR id < $3)
      ORDER BY id DESC LIMIT $4
      """;
  private static final String ATTEMPTS =
      "SELECT * FROM message_attempts WHERE message_id = ANY ($1) ORDER BY message_id, attempt";

  private final Pool pool;

  Messages(Pool pool) {
    this.pool = pool;
  }

  Uni<Page<MessageView>> list(
      Caller caller, @Nullable UUID orderId, int limit, @Nullable String cursorText) {
    String customer = caller.isTrusted() ? null : caller.subject();
    var cursor = new Cursor("messages/" + orderId + "/" + customer);
    UUID before = cursor.readId(cursorText);
    return pool.withConnection(connection ->
            connection
                .preparedQuery(LIST)
                .execute(Tuple.of(orderId, customer, before, limit + 1))
                .chain(rows -> {
                  var found = new ArrayList<Row>();
                  rows.forEach(found::add);
                  UUID[] ids = found.stream().map(row -> row.getUUID("id")).toArray(UUID[]::new);
                  return connection
                      .preparedQuery(ATTEMPTS)
                      .execute(Tuple.of(ids))
                      .map(attempts -> views(found, attempts));
                }))
        .map(views -> Page.of(views, limit, last -> cursor.after(last.id().toString())));
  }

  private static List<MessageView> views(List<Row> messages, Iterable<Row> attempts) {
    Map<UUID, List<MessageView.Attempt>> byMessage = new HashMap<>();
    for (Row row : attempts) {
      byMessage
          .computeIfAbsent(row.getUUID("message_id"), id -> new ArrayList<>())
          .add(
              new MessageView.Attempt(
                  row.getInteger("attempt"),
                  row.getString("outcome"),
                  row.getString("error"),
                  row.getOffsetDateTime("attempted_at").toInstant()));
    }
    return messages.stream().map(row -> view(row, byMessage)).toList();
  }

  private static MessageView view(Row row, Map<UUID, List<MessageView.Attempt>> attempts) {
    UUID id = row.getUUID("id");
    return new MessageView(
        id,
        row.getUUID("order_id"),
        row.getString("template"),
        row.getString("channel"),
        row.getString("recipient"),
        row.getString("status"),
        attempts.getOrDefault(id, List.of()),
        row.getLong("version"),
        row.getOffsetDateTime("created_at").toInstant(),
        instant(row.getOffsetDateTime("sent_at")));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
