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
  /** A seller's message about the same order has an address already, and it is not this one. */
  private static final String RELEASE =
      """
      UPDATE messages m SET recipient = c.email, next_attempt_at = $1
      FROM contacts c
      WHERE %s c.order_id = m.order_id AND m.audience = 'CUSTOMER'
        AND m.status = 'QUEUED' AND m.next_attempt_at IS NULL AND c.email IS NOT NULL
      """;

  private final SendSignal signal;
  private final Clock clock;

  KeepContacts(SendSignal signal, Clock clock) {
    this.signal = signal;
    this.clock = clock;
  }

  Uni<Void> keep(Tx tx, List<Received> messages) {
    UUID[] orders = orders(contacts(messages));
    return Tx.pipelined(
        List.of(
            OrderLocks.take(tx, orders),
            store(tx, "contacts", messages),
            released(
                tx, tx.update(RELEASE.formatted("m.order_id = ANY ($2) AND"), now(), orders))));
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
    return released(tx, tx.update(RELEASE.formatted(""), now()));
  }

  private Uni<Void> released(Tx tx, Uni<Integer> release) {
    return release
        .invoke(messages -> {
          if (messages > 0) {
            tx.afterCommit(signal::wake);
          }
        })
        .replaceWithVoid();
  }

  private OffsetDateTime now() {
    return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  private static @Nullable String[] texts(
      List<OrderContact> contacts, Function<OrderContact.Contact, @Nullable String> part) {
    return contacts.stream()
        .map(contact -> contact.contact() == null ? null : part.apply(contact.contact()))
        .toArray(String[]::new);
  }
}
