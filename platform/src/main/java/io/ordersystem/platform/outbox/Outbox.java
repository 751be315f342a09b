package io.ordersystem.platform.outbox;

import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.events.OutgoingEvent;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores messages in the transaction that causes them. Call it <em>after</em> the guarded write of
 * the aggregate: the row lock then makes positions ascend per aggregate, and the transaction
 * already has the id by which the relay judges gaps.
 */
@Singleton
public class Outbox {
  private static final String APPEND =
      """
      INSERT INTO outbox (id, topic, key, type, dataschema, subject, aggregate_version, time, traceparent, causation_id, data)
      SELECT id, topic, key, type, dataschema, subject, aggregate_version, $11, traceparent, causation_id, data
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
                  $8::text[], $9::text[], $10::text[])
        WITH ORDINALITY AS e(id, topic, key, type, dataschema, subject, aggregate_version,
                             traceparent, causation_id, data, n)
      ORDER BY n
      """;

  private final EventFormat format;
  private final Ids ids;
  private final Clock clock;
  private final OutboxRelay relay;

  Outbox(EventFormat format, Ids ids, Clock clock, OutboxRelay relay) {
    this.format = format;
    this.ids = ids;
    this.clock = clock;
    this.relay = relay;
  }

  /**
   * Appends the messages in this order, with one statement.
   *
   * @throws IllegalArgumentException when one violates its schema
   */
  public Uni<Void> append(Tx tx, List<OutgoingEvent> events) {
    if (!events.isEmpty()) {
      tx.afterCommit(relay::wake);
    }
    return appendUnhurried(tx, events);
  }

  /**
   * The same for what nobody waits for: it is published with what is appended after it, or with the
   * relay's next look by itself.
   *
   * @throws IllegalArgumentException when one violates its schema
   */
  public Uni<Void> appendUnhurried(Tx tx, List<OutgoingEvent> events) {
    if (events.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            APPEND,
            events.stream().map(event -> ids.next()).toArray(UUID[]::new),
            texts(events, event -> event.type().topic().topicName()),
            texts(events, OutgoingEvent::key),
            texts(events, event -> event.type().ceType()),
            texts(events, event -> event.type().schemaUri()),
            texts(events, OutgoingEvent::subject),
            events.stream().map(OutgoingEvent::version).toArray(Long[]::new),
            texts(events, event -> event.cause().traceparent()),
            texts(events, event -> event.cause().causationId()),
            texts(events, event -> format.write(event.type(), event.data())),
            OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
        .replaceWithVoid();
  }

  private static @Nullable String[] texts(
      List<OutgoingEvent> events, Function<OutgoingEvent, @Nullable String> part) {
    return events.stream().map(part).toArray(String[]::new);
  }
}
