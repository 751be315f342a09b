package io.ordersystem.notifications.intake;

import io.ordersystem.contracts.order.OrderContact;
import io.ordersystem.notifications.message.SendSignal;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keeps contacts, and releases the messages that waited for theirs. */
@ApplicationScoped
class KeepContacts {
  private final SendSignal signal;
  private final Clock clock;

  KeepContacts(SendSignal signal, Clock clock) {
    this.signal = signal;
    this.clock = clock;
  }

  Uni<Void> keep(Tx tx, List<Received> messages) {
    tx.afterCommit(signal::wake);
    UUID[] orders = orders(contacts(messages));
    return OrderLocks.take(tx, orders)
        .chain(() -> store(tx, "contacts", messages))
        .chain(() -> release(tx, orders));
  }

  /** The newest version wins, in whatever order they come. */
  static Uni<Void> store(Tx tx, String table, List<Received> messages) {
    List<OrderContact> contacts = contacts(messages);
    return tx.query(
            """
            INSERT INTO %1$s (order_id, customer_id, name, email, locale, version)
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
            ON CONFLICT (order_id) DO UPDATE
              SET customer_id = excluded.customer_id, name = excluded.name, email = excluded.email, locale = excluded.locale,
                  version = excluded.version
              WHERE %1$s.version < excluded.version
            """
                .formatted(table),
            orders(contacts),
            contacts.stream().map(OrderContact::customerId).toArray(String[]::new),
            texts(contacts, OrderContact.Contact::name),
            texts(contacts, OrderContact.Contact::email),
            texts(contacts, OrderContact.Contact::locale),
            messages.stream().map(Received::version).toArray(Long[]::new))
        .replaceWithVoid();
  }

  private static List<OrderContact> contacts(List<Received> messages) {
    return messages.stream().map(message -> message.as(OrderContact.class)).toList();
  }

  private static UUID[] orders(List<OrderContact> contacts) {
    return contacts.stream().map(OrderContact::orderId).toArray(UUID[]::new);
  }

  /** Releases whatever waits for a contact that is there: contacts may have been rebuilt. */
  Uni<Void> releaseAll(Tx tx) {
    tx.afterCommit(signal::wake);
    return release(tx, null);
  }

  /** A seller's message about the same order has an address already, and it is not this one. */
  private Uni<Void> release(Tx tx, UUID @Nullable [] orders) {
    return tx.query(
            """
            UPDATE messages m SET recipient = c.email, next_attempt_at = $2
            FROM contacts c
            WHERE ($1::uuid[] IS NULL OR m.order_id = ANY ($1)) AND c.order_id = m.order_id AND m.audience = 'CUSTOMER'
              AND m.status = 'QUEUED' AND m.next_attempt_at IS NULL AND c.email IS NOT NULL
            """,
            orders,
            OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
        .replaceWithVoid();
  }

  private static @Nullable String[] texts(
      List<OrderContact> contacts, Function<OrderContact.Contact, @Nullable String> part) {
    return contacts.stream()
        .map(contact -> contact.contact() == null ? null : part.apply(contact.contact()))
        .toArray(String[]::new);
  }
}
