package io.ordersystem.devstack.data;

import io.ordersystem.devstack.postgres.Database;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

/**
 * The rows of a month in notification-service's tables: each customer was told of the decision, by
 * one mail that went out at once. What it was told besides (parcels) and by whom (sellers) is left
 * out.
 */
final class MailLoads implements AutoCloseable {
  private final Load messages;
  private final Load attempts;
  private final Loads all = new Loads();

  MailLoads(Database database) throws SQLException {
    try {
      messages =
          all.add(
              Load.into(
                  database,
                  "notifications.messages",
                  false,
                  "id",
                  "order_id",
                  "event_id",
                  "customer_id",
                  "template",
                  "channel",
                  "content",
                  "recipient",
                  "status",
                  "attempts",
                  "version",
                  "created_at",
                  "updated_at",
                  "sent_at"));
      attempts =
          all.add(
              Load.into(
                  database,
                  "notifications.message_attempts",
                  false,
                  "message_id",
                  "attempt",
                  "outcome",
                  "attempted_at"));
    } catch (SQLException | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  void add(MadeOrder order) {
    Instant decided = Life.of(order).decided();
    Instant sent = decided.plusSeconds(1);
    UUID id = at(decided, order, 1);
    messages
        .row()
        .uuid(id)
        .uuid(order.id())
        .uuid(at(decided, order, 0))
        .text(order.customerId())
        .text(order.fate().isCancelled() ? "order-cancelled" : "order-confirmed")
        .text("EMAIL")
        .json(Json.content(order, Amounts.of(order.lines())))
        .text(People.email(order.customer()))
        .text("SENT")
        .integer(1)
        .bigint(2)
        .time(decided)
        .time(sent)
        .time(sent);
    attempts.row().uuid(id).integer(1).text("SENT").time(sent);
  }

  /** A UUIDv7 of that moment, with the order's own randomness. */
  private static UUID at(Instant time, MadeOrder order, int n) {
    return new UUID(time.toEpochMilli() << 16 | 0x7000 | n, order.id().getLeastSignificantBits());
  }

  void end() throws SQLException {
    all.end();
  }

  void commit() throws SQLException {
    all.commit();
  }

  @Override
  public void close() throws SQLException {
    all.close();
  }
}
