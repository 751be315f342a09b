package io.ordersystem.notifications.intake;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.order.OrderChanged;
import io.ordersystem.notifications.message.Message;
import io.ordersystem.notifications.message.Message.Template;
import io.ordersystem.notifications.message.OrderContent;
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

/**
 * Makes one message of each event that the customer is told of: only of the order it placed, not of
 * the children that the order was split into.
 */
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
    List<Received> told = events.stream().filter(QueueMessages::concernsTheCustomer).toList();
    if (told.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    tx.afterCommit(signal::wake);
    UUID[] orders = told.stream().map(event -> order(event).orderId()).toArray(UUID[]::new);
    return OrderLocks.take(tx, orders)
        .chain(() -> insert(tx, told, orders))
        .chain(rows -> outbox.append(tx, events(rows, told)));
  }

  private Uni<RowSet<Row>> insert(Tx tx, List<Received> told, UUID[] orders) {
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
        told.stream().map(event -> ids.next()).toArray(UUID[]::new),
        orders,
        told.stream().map(Received::id).toArray(UUID[]::new),
        told.stream().map(event -> order(event).customerId()).toArray(String[]::new),
        told.stream()
            .map(event -> template(event.type()).orElseThrow().id())
            .toArray(String[]::new),
        told.stream()
            .map(event -> format.canonical(OrderContent.of(order(event))))
            .toArray(String[]::new),
        OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
  }

  private static List<OutgoingEvent> events(Iterable<Row> queued, List<Received> told) {
    var causes = new HashMap<UUID, Cause>();
    told.forEach(event -> causes.put(event.id(), Cause.of(event)));
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

  private static boolean concernsTheCustomer(Received event) {
    OrderChanged order = order(event);
    return template(event.type()).isPresent() && order.orderId().equals(order.rootOrderId());
  }

  private static Optional<Template> template(EventType type) {
    return switch (type) {
      case ORDER_CONFIRMED -> Optional.of(Template.ORDER_CONFIRMED);
      case ORDER_CANCELLED -> Optional.of(Template.ORDER_CANCELLED);
      default -> Optional.empty();
    };
  }

  private static OrderChanged order(Received event) {
    return event.as(OrderChanged.class);
  }
}
