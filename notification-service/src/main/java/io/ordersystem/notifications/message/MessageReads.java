package io.ordersystem.notifications.message;

import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Statements;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages, newest first. A customer sees those to it, a seller those to it, neither the
 * other's about the same order; who is both sees both.
 */
@ApplicationScoped
public class MessageReads {
  private static final String COLUMNS =
      "id, order_id, audience, seller_id, template, channel, recipient, status, resends, version, created_at, sent_at";
  private static final String LIST =
      "SELECT "
          + COLUMNS
          + """
           FROM messages
          WHERE ($1::uuid IS NULL OR order_id = $1) AND ($2::text IS NULL OR status = $2) AND ($3::uuid IS NULL OR id < $3) AND %s
          ORDER BY id DESC LIMIT $4
          """;
  private static final String GET = "SELECT " + COLUMNS + " FROM messages WHERE id = $1 AND %s";
  private static final String ATTEMPTS =
      """
      SELECT message_id, attempt, outcome, error, attempted_at
      FROM message_attempts WHERE message_id = ANY ($1) ORDER BY message_id, attempt
      """;

  private final Reads reads;

  MessageReads(Reads reads) {
    this.reads = reads;
  }

  /**
   * The id that a path names.
   *
   * @throws DomainException {@code not-found}: no message has a name that is no id
   */
  public static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw noSuch();
    }
  }

  /** Fails with {@code not-found} when there is none that the caller may see. */
  public Uni<MessageView> get(Caller caller, UUID id) {
    return reads.read(database -> get(database, GET, caller, id));
  }

  /** Fails with {@code not-found} when there is none that the caller may see. */
  public Uni<MessageView> get(Tx tx, Caller caller, UUID id) {
    return get(tx, GET, caller, id);
  }

  /** The same, and keeps it as it is until the transaction ends. */
  public Uni<MessageView> lock(Tx tx, Caller caller, UUID id) {
    return get(tx, GET + " FOR UPDATE", caller, id);
  }

  private static Uni<MessageView> get(Statements database, String sql, Caller caller, UUID id) {
    var parameters = new ArrayList<@Nullable Object>(List.of(id));
    return database
        .query(sql.formatted(seenBy(caller, parameters)), parameters.toArray())
        .chain(found -> {
          if (!found.iterator().hasNext()) {
            throw noSuch();
          }
          return database
              .query(ATTEMPTS, (Object) new UUID[] {id})
              .map(attempts -> views(List.of(found.iterator().next()), attempts).getFirst());
        });
  }

  /**
   * Which rows a caller sees, with its parameters behind the others. A text of its own for each
   * kind of caller: of one for all, PostgreSQL would keep a plan that reads the whole table for a
   * customer.
   */
  private static String seenBy(Caller caller, List<@Nullable Object> parameters) {
    if (caller.isTrusted()) {
      return "true";
    }
    var conditions = new ArrayList<String>();
    String customer = caller.customerId();
    if (customer != null) {
      parameters.add(customer);
      conditions.add("customer_id = $" + parameters.size());
    }
    String seller = caller.sellerId();
    if (seller != null) {
      parameters.add(seller);
      conditions.add("seller_id = $" + parameters.size());
    }
    return conditions.isEmpty() ? "false" : "(" + String.join(" OR ", conditions) + ")";
  }

  private static DomainException noSuch() {
    return new DomainException(ProblemType.NOT_FOUND, "no such message");
  }

  /**
   * Which messages.
   *
   * @param orderId of one order, or null
   * @param status in one status, or null
   */
  public record Wanted(@Nullable UUID orderId, @Nullable String status) {}

  /** One page of those that the caller may see. */
  public Uni<Page<MessageView>> list(
      Caller caller, Wanted wanted, int limit, @Nullable String cursorText) {
    boolean all = caller.isTrusted();
    String customer = caller.customerId();
    String seller = caller.sellerId();
    var cursor = new Cursor("messages/%s/%s/%s/%s".formatted(wanted, all, customer, seller));
    UUID before = cursor.readId(cursorText);
    var parameters = new ArrayList<@Nullable Object>();
    parameters.add(wanted.orderId());
    parameters.add(wanted.status());
    parameters.add(before);
    parameters.add(limit + 1);
    String sql = LIST.formatted(seenBy(caller, parameters));
    return reads
        .read(database ->
            database
                .query(sql, parameters.toArray())
                .chain(rows -> {
                  var found = new ArrayList<Row>();
                  rows.forEach(found::add);
                  UUID[] ids = found.stream().map(row -> row.getUUID("id")).toArray(UUID[]::new);
                  return database
                      .query(ATTEMPTS, (Object) ids)
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
        row.getString("audience"),
        row.getString("seller_id"),
        row.getString("template"),
        row.getString("channel"),
        row.getString("recipient"),
        row.getString("status"),
        row.getInteger("resends"),
        attempts.getOrDefault(id, List.of()),
        row.getLong("version"),
        row.getOffsetDateTime("created_at").toInstant(),
        instant(row.getOffsetDateTime("sent_at")));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
