package io.ordersystem.notifications.message;

import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Messages to sellers and operators that are about no order. Whoever has no address gets none:
 * there is no row that would wait for one. They have no events, for the topic of those is about
 * orders.
 */
@Singleton
public class SellerNotices {
  private static final String QUEUE =
      """
      INSERT INTO messages (id, event_id, audience, seller_id, template, channel, priority, content, recipient, status,
        next_attempt_at, version, created_at, updated_at)
      SELECT $1, $2, $3::text, $4::text, $5, 'EMAIL', $6, $7::text::jsonb, a.email, 'QUEUED', $8, 1, $8, $8
      FROM (
        SELECT email FROM preferences WHERE $3 = 'SELLER' AND audience = 'SELLER' AND party_id = $4
        UNION ALL
        SELECT $9::text WHERE $3 = 'OPERATOR'
      ) a
      WHERE a.email IS NOT NULL
      ON CONFLICT DO NOTHING
      """;

  private final EventFormat format;
  private final Ids ids;
  private final Clock clock;
  private final SendSignal signal;
  private final Optional<String> operators;

  /**
   * With the operators' address.
   *
   * @param operators where the operators read mail; absent means that they get none
   */
  SellerNotices(
      EventFormat format,
      Ids ids,
      Clock clock,
      SendSignal signal,
      @ConfigProperty(name = "notification.operator-address") Optional<String> operators) {
    this.format = format;
    this.ids = ids;
    this.clock = clock;
    this.signal = signal;
    this.operators = operators;
  }

  /**
   * Queues a message to a seller, in the caller's transaction.
   *
   * @param eventId what it is about: under the same id the same template is not queued twice for
   *     that seller
   */
  public Uni<Void> queue(Tx tx, UUID eventId, String sellerId, Template template, Content content) {
    return queue(tx, eventId, Audience.SELLER, sellerId, template, content);
  }

  /**
   * The same to the operators, at their configured address {@code notification.operator-address}.
   */
  public Uni<Void> queueForOperators(Tx tx, UUID eventId, Template template, Content content) {
    return queue(tx, eventId, Audience.OPERATOR, null, template, content);
  }

  private Uni<Void> queue(
      Tx tx,
      UUID eventId,
      Audience audience,
      @Nullable String sellerId,
      Template template,
      Content content) {
    if (!template.content().isInstance(content)) {
      throw new IllegalArgumentException(template + " does not tell of " + content);
    }
    tx.afterCommit(signal::wake);
    return tx.query(
            QUEUE,
            ids.next(),
            eventId,
            audience.name(),
            sellerId,
            template.id(),
            template.priority(),
            format.canonical(content),
            OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC),
            operators.orElse(null))
        .replaceWithVoid();
  }
}
