package io.ordersystem.notifications.delivery;

import io.ordersystem.notifications.message.ChannelBudget;
import io.ordersystem.notifications.message.Message;
import io.ordersystem.notifications.message.Template;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * What is sent next on a channel: what its recipients need before what they can do without, each in
 * the order in which it is due, within what the channel may send.
 *
 * <p>What takes something back waits for what it takes back: nobody reads of a new order after its
 * cancellation. A seller that has withdrawn its address wants nothing.
 *
 * <p>Nothing starves: what can be done without counts as due {@link DeliveryConfig#yields} later
 * than it is, and from then on goes before everything that is due later.
 */
@Singleton
class Queue {
  private static final String DUE =
      """
      SELECT d.id, (d.template = ANY ($5) AND d.channel <> ALL (coalesce(p.channels, ARRAY[d.channel]))
          OR d.audience = 'SELLER' AND p.email IS NULL) AS unwanted
      FROM (VALUES (0), (1)) AS class (priority)
      CROSS JOIN LATERAL (
        SELECT m.id, m.template, m.channel, m.audience, coalesce(m.seller_id, m.customer_id) AS party,
          m.next_attempt_at + class.priority * $4::int * interval '1 second' AS turn
        FROM messages m
        WHERE m.channel = $1 AND m.priority = class.priority AND m.status = 'QUEUED' AND m.next_attempt_at <= $2
          AND m.template = ANY ($6)
          AND NOT EXISTS (
            SELECT FROM messages f
            WHERE f.order_id = m.order_id AND f.status = 'QUEUED' AND f.template IN ('order-confirmed', 'seller-order-confirmed')
              AND f.template = CASE m.template WHEN 'order-cancelled' THEN 'order-confirmed'
                WHEN 'seller-order-cancelled' THEN 'seller-order-confirmed'
                WHEN 'seller-lines-cancelled' THEN 'seller-order-confirmed' END)
          AND (m.leased_until IS NULL OR m.leased_until <= $2)
        ORDER BY m.next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED
      ) d
      LEFT JOIN preferences p ON p.audience = d.audience AND p.party_id = d.party
      ORDER BY d.turn, d.id LIMIT $3
      """;
  private static final String SUPPRESS =
      """
      UPDATE messages SET status = 'SUPPRESSED', next_attempt_at = NULL, leased_until = NULL, last_error = NULL, updated_at = $2
      WHERE id = ANY ($1)
      """;
  private static final String LEASE =
      """
      WITH leased AS (
        UPDATE messages SET leased_until = $2, attempts = attempts + 1 WHERE id = ANY ($1) RETURNING *)
      SELECT CASE m.audience WHEN 'SELLER' THEN p.email ELSE m.recipient END AS recipient, %s
      FROM leased m %s
      """
          .formatted(MessageRows.COLUMNS, MessageRows.JOINS);

  /**
   * Looks in one claim for others in the place of unwanted ones; the next beat goes on from there.
   */
  private static final int ROUNDS = 20;

  /** What a later release has queued is its own to send, before and after a roll-back too. */
  private static final String[] KNOWN =
      Arrays.stream(Template.values()).map(Template::id).toArray(String[]::new);

  private static final String[] OPTIONAL =
      Arrays.stream(Template.values())
          .filter(Template::isOptional)
          .map(Template::id)
          .toArray(String[]::new);

  private final MessageRows rows;
  private final ChannelBudget budget;
  private final DeliveryConfig config;

  Queue(MessageRows rows, ChannelBudget budget, DeliveryConfig config) {
    this.rows = rows;
    this.budget = budget;
    this.config = config;
  }

  /**
   * Claims at most so many messages of a channel under a lease; each claim is an attempt. What its
   * recipient does not want is laid aside on the way, decided now: the wish may have changed while
   * it was queued.
   */
  Uni<List<Message>> claim(Tx tx, String channel, Instant now, int most) {
    return claim(tx, channel, now, most, new ArrayList<>(), ROUNDS);
  }

  private Uni<List<Message>> claim(
      Tx tx, String channel, Instant now, int most, List<Message> claimed, int rounds) {
    return due(tx, channel, now, most - claimed.size())
        .chain(due ->
            suppress(tx, due.unwanted(), now)
                .chain(() -> budget.take(tx, channel, due.wanted().size(), now))
                .chain(tokens -> lease(tx, due.wanted().subList(0, tokens), now))
                .chain(leased -> {
                  claimed.addAll(leased);
                  boolean outOfTokens = leased.size() < due.wanted().size();
                  return due.unwanted().isEmpty() || outOfTokens || rounds == 1
                      ? Uni.createFrom().item(claimed)
                      : claim(tx, channel, now, most, claimed, rounds - 1);
                }));
  }

  private record Due(List<UUID> wanted, List<UUID> unwanted) {}

  /** Locked until the transaction ends, and by nobody else. */
  private Uni<Due> due(Tx tx, String channel, Instant now, int most) {
    return tx.query(
            DUE, channel, time(now), most, (int) config.yields().toSeconds(), OPTIONAL, KNOWN)
        .map(found -> {
          var due = new Due(new ArrayList<>(), new ArrayList<>());
          for (Row row : found) {
            (row.getBoolean("unwanted") ? due.unwanted() : due.wanted()).add(row.getUUID("id"));
          }
          return due;
        });
  }

  /**
   * Its version stays: no event tells of it, for the contract knows no such status, and the
   * versions of events have no gaps.
   */
  private static Uni<Void> suppress(Tx tx, List<UUID> unwanted, Instant now) {
    return unwanted.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.query(SUPPRESS, unwanted.toArray(UUID[]::new), time(now)).replaceWithVoid();
  }

  private Uni<List<Message>> lease(Tx tx, List<UUID> wanted, Instant now) {
    if (wanted.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return tx.query(LEASE, wanted.toArray(UUID[]::new), time(now.plus(config.lease())))
        .map(leased -> {
          List<Message> messages = new ArrayList<>();
          leased.forEach(row -> messages.add(rows.message(row)));
          return messages;
        });
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
