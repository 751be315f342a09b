package io.ordersystem.notifications.intake;

import io.ordersystem.contracts.EventType;
import io.ordersystem.notifications.message.EventEffect;
import io.ordersystem.notifications.message.Message;
import io.ordersystem.notifications.message.SendSignal;
import io.ordersystem.notifications.message.Template;
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
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Makes messages of the events that somebody is told of. A customer's waits for the order's
 * contact; a seller whose address is not known gets none.
 */
@ApplicationScoped
class QueueMessages implements EventEffect {
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

  @Override
  public Uni<Set<UUID>> concerned(List<Received> events) {
    return Uni.createFrom()
        .item(
            events.stream()
                .filter(event -> !Notice.of(event).isEmpty())
                .map(Received::id)
                .collect(Collectors.toUnmodifiableSet()));
  }

  @Override
  public Uni<Void> take(Tx tx, List<Received> events) {
    List<Notice> told = events.stream().map(Notice::of).flatMap(List::stream).toList();
    if (told.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    tx.afterCommit(signal::wake);
    UUID[] roots = told.stream().map(notice -> notice.order().rootOrderId()).toArray(UUID[]::new);
    // What takes something back is queued behind it, also when both have come at once.
    Map<Boolean, List<Notice>> parts =
        told.stream().collect(Collectors.partitioningBy(Notice::takesBack));
    return OrderLocks.take(tx, roots)
        .chain(() -> queueAll(tx, parts.getOrDefault(false, List.of())))
        .chain(() -> queueAll(tx, parts.getOrDefault(true, List.of())));
  }

  private Uni<Void> queueAll(Tx tx, List<Notice> told) {
    return told.isEmpty()
        ? Uni.createFrom().voidItem()
        : insert(tx, told).chain(rows -> outbox.append(tx, events(rows, told)));
  }

  private Uni<RowSet<Row>> insert(Tx tx, List<Notice> told) {
    return tx.query(
        """
        INSERT INTO messages (id, order_id, root_order_id, event_id, audience, customer_id, seller_id, template, channel,
          priority, content, recipient, status, next_attempt_at, version, created_at, updated_at)
        SELECT m.id, m.order_id, m.root_order_id, m.event_id, CASE WHEN m.seller_id IS NULL THEN 'CUSTOMER' ELSE 'SELLER' END,
          m.customer_id, m.seller_id, m.template, 'EMAIL', m.priority, m.content::jsonb, coalesce(p.email, c.email), 'QUEUED',
          CASE WHEN p.email IS NULL AND c.email IS NULL THEN NULL ELSE $10::timestamptz END, 1, $10, $10
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::text[])
          AS m(id, order_id, root_order_id, event_id, customer_id, seller_id, template, priority, content)
        LEFT JOIN contacts c ON m.seller_id IS NULL AND c.order_id = m.order_id
        LEFT JOIN preferences p ON p.audience = 'SELLER' AND p.party_id = m.seller_id
        WHERE (m.seller_id IS NULL OR p.email IS NOT NULL)
          AND (m.template NOT IN ('seller-order-cancelled', 'seller-lines-cancelled') OR EXISTS (
            SELECT FROM messages t
            WHERE t.order_id = m.order_id AND t.template = 'seller-order-confirmed' AND t.seller_id = m.seller_id
              AND t.status <> 'SUPPRESSED'))
        ON CONFLICT DO NOTHING RETURNING id, order_id, root_order_id, event_id, template, channel
        """,
        told.stream().map(notice -> ids.next()).toArray(UUID[]::new),
        told.stream().map(Notice::orderId).toArray(UUID[]::new),
        told.stream().map(Notice::otherRoot).toArray(UUID[]::new),
        told.stream().map(notice -> notice.event().id()).toArray(UUID[]::new),
        told.stream().map(Notice::customerId).toArray(String[]::new),
        told.stream().map(Notice::sellerId).toArray(String[]::new),
        told.stream().map(notice -> notice.template().id()).toArray(String[]::new),
        told.stream().map(notice -> notice.template().priority()).toArray(Short[]::new),
        told.stream().map(notice -> format.canonical(notice.content())).toArray(String[]::new),
        OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
  }

  private static List<OutgoingEvent> events(Iterable<Row> queued, List<Notice> told) {
    var causes = new HashMap<UUID, Cause>();
    told.forEach(notice -> causes.put(notice.event().id(), Cause.of(notice.event())));
    var events = new ArrayList<OutgoingEvent>();
    for (Row row : queued) {
      var about =
          new Message.About(
              row.getUUID("id"),
              row.getUUID("order_id"),
              row.getUUID("root_order_id"),
              Template.named(row.getString("template")),
              row.getString("channel"));
      events.addAll(
          about.event(
              EventType.MESSAGE_QUEUED,
              1,
              causes.getOrDefault(row.getUUID("event_id"), Cause.NONE)));
    }
    return events;
  }
}
