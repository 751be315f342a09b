package io.ordersystem.notifications.intake;

import io.ordersystem.contracts.EventType;
import io.ordersystem.notifications.message.Message;
import io.ordersystem.notifications.message.SendSignal;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.events.OutgoingEvent;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.outbox.Outbox;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes one message of each event that the customer is told of. */
@ApplicationScoped
class QueueMessages {
  private final Outbox outbox;
  private final EventFormat format;
  private final Ids ids;
  private final Clock clock;
  private final SendSignal signal;

  QueueMessages(Outbox outbox, EventFormat format, Ids ids, Clock clock, SendSignal signal) {
    this.outbox = outbox;
    this.format = format;
    this.ids = ids;
    this.clock = clock;
    this.signal = signal;
  }

  Uni<Void> queue(Tx tx, List<Received> events) {
    List<Notice> told = events.stream().map(Notice::of).flatMap(Optional::stream).toList();
    if (told.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    tx.afterCommit(signal::wake);
    UUID[] orders = told.stream().map(Notice::orderId).toArray(UUID[]::new);
    return OrderLocks.take(tx, orders)
        .chain(() -> insert(tx, told, orders))
        .chain(rows -> outbox.append(tx, events(rows, told)));
  }

  private Uni<RowSet<Row>> insert(Tx tx, List<Notice> told, UUID[] orders) {
    return tx.query(
        """
        INSERT INTO messages (id, order_id, event_id, customer_id, template, channel, content, recipient, status,
          next_attempt_at, version, created_at, updated_at)
        SELECT m.id, m.order_id, m.event_id, m.customer_id, m.template, 'EMAIL', m.content::jsonb, c.email, 'QUEUED',
          CASE WHEN c.email IS NULL THEN NULL ELSE $7::timestamptz END, 1, $7, $7
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[])
          AS m(id, order_id, event_id, customer_id, template, content)
        LEFT JOIN contacts c ON c.order_id = m.order_id
        ON CONFLICT DO NOTHING RETURNING id, order_id, event_id, template
        """,
        told.stream().map(notice -> ids.next()).toArray(UUID[]::new),
        orders,
        told.stream().map(notice -> notice.event().id()).toArray(UUID[]::new),
        told.stream().map(Notice::customerId).toArray(String[]::new),
        told.stream().map(notice -> notice.template().id()).toArray(String[]::new),
        told.stream().map(notice -> format.canonical(notice.content())).toArray(String[]::new),
        OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
  }

  private static List<OutgoingEvent> events(Iterable<Row> queued, List<Notice> told) {
    var causes = new HashMap<UUID, Cause>();
    told.forEach(notice -> causes.put(notice.event().id(), Cause.of(notice.event())));
    var events = new ArrayList<OutgoingEvent>();
    for (Row row : queued) {
      events.add(
          Message.event(
              EventType.MESSAGE_QUEUED,
              row.getUUID("id"),
              row.getUUID("order_id"),
              row.getString("template"),
              "QUEUED",
              1,
              causes.get(row.getUUID("event_id"))));
    }
    return events;
  }
}
