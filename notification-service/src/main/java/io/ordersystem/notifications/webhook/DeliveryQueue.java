package io.ordersystem.notifications.webhook;

import io.ordersystem.notifications.message.ChannelBudget;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of deliveries that are on their way. */
@Singleton
class DeliveryQueue {
  /** One claim at a time in all processes: two would each give an endpoint all of its places. */
  private static final String ONE_AT_A_TIME =
      "SELECT pg_advisory_xact_lock(hashtextextended('webhook-claims/' || current_schema(), 0))";

  /**
   * Looks at the endpoints that anything waits for, one index probe each, leaves those alone whose
   * circuit is open, and takes from each of the others no more than it has free places: one when it
   * failed last. So a long queue of one endpoint is in nobody's way.
   */
  private static final String DUE =
      """
      WITH RECURSIVE waiting (endpoint_id) AS (
        (SELECT endpoint_id FROM webhook_deliveries WHERE status = 'PENDING' ORDER BY endpoint_id LIMIT 1)
        UNION ALL
        SELECT (SELECT d.endpoint_id FROM webhook_deliveries d WHERE d.status = 'PENDING' AND d.endpoint_id > w.endpoint_id
                ORDER BY d.endpoint_id LIMIT 1)
        FROM waiting w WHERE w.endpoint_id IS NOT NULL),
      free AS MATERIALIZED (
        SELECT e.id, e.ordered, CASE WHEN e.failures >= $3 THEN 1 ELSE $4::int END
          - u.posts AS places, u.posts AS under_way
        FROM waiting w JOIN webhook_endpoints e ON e.id = w.endpoint_id
        CROSS JOIN LATERAL (
          SELECT count(*) AS posts FROM webhook_deliveries l WHERE l.endpoint_id = e.id AND l.leased_until > $1) u
        WHERE e.status = 'ENABLED' AND (e.paused_until IS NULL OR e.paused_until <= $1))
      SELECT d.id FROM free f CROSS JOIN LATERAL (
        SELECT d.id, d.next_attempt_at, row_number() OVER (ORDER BY d.next_attempt_at, d.sequence) AS turn
        FROM webhook_deliveries d
        WHERE d.endpoint_id = f.id AND d.status = 'PENDING' AND d.next_attempt_at <= $1
          AND (d.leased_until IS NULL OR d.leased_until <= $1)
          AND (NOT f.ordered OR NOT EXISTS (
            SELECT FROM webhook_deliveries b
            WHERE b.endpoint_id = d.endpoint_id AND b.sequence_key = d.sequence_key AND b.status = 'PENDING'
              AND b.sequence < d.sequence))
        ORDER BY d.next_attempt_at, d.sequence LIMIT greatest(0, f.places)) d
      ORDER BY f.under_way + d.turn, d.next_attempt_at LIMIT $2
      """;

  private static final String LEASE =
      """
      UPDATE webhook_deliveries d SET leased_until = $3, attempts = d.attempts + 1
      FROM webhook_endpoints e, webhook_messages m
      WHERE d.id = ANY ($1) AND d.status = 'PENDING' AND e.id = d.endpoint_id AND e.status = 'ENABLED' AND m.id = d.message_id
      RETURNING d.id, d.endpoint_id, d.message_id, d.sequence_key, d.sequence, e.ordered, d.attempts, d.attempts_before, m.created_at,
        m.body, e.seller_id, e.url,
        e.secret, CASE WHEN e.previous_secret_until > $2 THEN e.previous_secret END AS previous_secret
      """;

  /**
   * Every transaction locks an endpoint before its deliveries: two failures of one endpoint would
   * otherwise wait for each other. An endpoint that works is not locked, and not written.
   */
  private static final String DELIVERED =
      """
      WITH failing AS (SELECT id FROM webhook_endpoints WHERE id = $4 AND failures > 0 FOR NO KEY UPDATE),
      mine AS (
        UPDATE webhook_deliveries SET status = 'DELIVERED', delivered_at = $2, next_attempt_at = NULL, leased_until = NULL
        WHERE id = $1 AND status = 'PENDING' AND attempts = $3 AND (SELECT count(*) FROM failing) >= 0
        RETURNING endpoint_id)
      UPDATE webhook_endpoints e SET failures = 0, failing_since = NULL, paused_until = NULL
      FROM mine, failing WHERE e.id = failing.id AND e.id = mine.endpoint_id
      """;

  /**
   * Those behind one that is tried again later are not due before: nobody needs to look at them.
   */
  private static final String HOLD_BACK =
      """
      UPDATE webhook_deliveries SET next_attempt_at = $4
      WHERE endpoint_id = $1 AND sequence_key = $2 AND status = 'PENDING' AND sequence > $3 AND next_attempt_at < $4
      """;

  private static final String LET_GO =
      """
      UPDATE webhook_deliveries SET next_attempt_at = $4
      WHERE next_attempt_at > $4 AND status = 'PENDING' AND id = (
        SELECT id FROM webhook_deliveries
        WHERE endpoint_id = $1 AND sequence_key = $2 AND status = 'PENDING' AND sequence > $3 ORDER BY sequence LIMIT 1)
      """;
  private static final String LOCK =
      "SELECT 1 FROM webhook_endpoints WHERE id = $1 FOR NO KEY UPDATE";
  private static final String TRY_AGAIN =
      """
      UPDATE webhook_deliveries SET status = $4, next_attempt_at = $2, leased_until = NULL
      WHERE id = $1 AND status = 'PENDING' AND attempts = $3
      """;

  /**
   * Posts that were under way when the circuit opened do not open it further. What an address
   * answered that is no longer the endpoint's says nothing about it.
   */
  private static final String FAILED =
      """
      UPDATE webhook_endpoints SET failures = failures + 1, failing_since = coalesce(failing_since, $2),
        paused_until = CASE WHEN failures + 1 >= $3
          THEN $2::timestamptz + least($5::bigint, $4::bigint << least(20, failures + 1 - $3)) * interval '1 millisecond' END
      WHERE id = $1 AND status = 'ENABLED' AND url = $6 AND (paused_until IS NULL OR paused_until <= $2)
      """;

  private static final String FAILING =
      """
      SELECT seller_id, url, description, failing_since FROM webhook_endpoints
      WHERE id = $1 AND status = 'ENABLED' AND url = $2 AND failing_since IS NOT NULL
      """;
  private static final String DISABLE =
      """
      UPDATE webhook_endpoints SET status = 'DISABLED', disabled_reason = $2, paused_until = NULL, version = version + 1, updated_at = $3
      WHERE id = $1 AND status = 'ENABLED'
      """;
  private static final String GIVE_UP =
      """
      UPDATE webhook_deliveries SET status = 'FAILED', next_attempt_at = NULL, leased_until = NULL
      WHERE id = ANY (ARRAY(
        SELECT d.id FROM webhook_endpoints e CROSS JOIN LATERAL (
          SELECT id FROM webhook_deliveries WHERE endpoint_id = e.id AND status = 'PENDING'
          LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED) d
        WHERE e.status = 'DELETED' OR e.disabled_reason IN ('GONE', 'FAILING') LIMIT $1))
      """;
  private static final String ATTEMPT =
      """
      INSERT INTO webhook_attempts (delivery_id, attempt, outcome, status_code, duration_ms, error, response_body, attempted_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
      """;

  private final WebhookConfig config;
  private final ChannelBudget budget;

  DeliveryQueue(WebhookConfig config, ChannelBudget budget) {
    this.config = config;
    this.budget = budget;
  }

  /**
   * Claims what is due, until a moment, within what the channel may send; each claim is an attempt.
   */
  Uni<List<Delivery>> claim(Tx tx, String channel, Instant now, Instant until, int limit) {
    return tx.query(ONE_AT_A_TIME)
        .chain(
            locked -> tx.query(DUE, time(now), limit, config.circuitAfter(), config.perEndpoint()))
        .map(rows -> {
          List<UUID> due = new ArrayList<>();
          rows.forEach(row -> due.add(row.getUUID("id")));
          return due;
        })
        .chain(due ->
            due.isEmpty()
                ? Uni.createFrom().item(List.<Delivery>of())
                : budget
                    .take(tx, channel, due.size(), now)
                    .chain(tokens -> lease(tx, due.subList(0, tokens), now, until)));
  }

  private static Uni<List<Delivery>> lease(Tx tx, List<UUID> due, Instant now, Instant until) {
    return tx.query(LEASE, due.toArray(UUID[]::new), time(now), time(until))
        .map(rows -> {
          List<Delivery> deliveries = new ArrayList<>();
          rows.forEach(row -> deliveries.add(delivery(row)));
          return deliveries;
        });
  }

  private static Delivery delivery(Row row) {
    return new Delivery(
        row.getUUID("id"),
        row.getUUID("endpoint_id"),
        row.getUUID("message_id"),
        row.getString("seller_id"),
        row.getString("url"),
        row.getString("secret"),
        row.getString("previous_secret"),
        row.getString("body"),
        row.getBoolean("ordered")
            ? new Delivery.Place(row.getString("sequence_key"), row.getLong("sequence"))
            : null,
        row.getInteger("attempts"),
        row.getInteger("attempts_before"),
        row.getOffsetDateTime("created_at").toInstant());
  }

  /** Records an attempt that was accepted; the endpoint's failures are over. */
  Uni<Void> delivered(Tx tx, Delivery delivery, Outcome outcome, Instant now) {
    return Tx.pipelined(
        List.of(
            attempt(tx, delivery, outcome, now),
            tx.update(
                    DELIVERED, delivery.id(), time(now), delivery.attempts(), delivery.endpointId())
                .replaceWithVoid(),
            followers(tx, delivery, LET_GO, now)));
  }

  /** Of an endpoint that keeps no order there are none. */
  private static Uni<Void> followers(Tx tx, Delivery delivery, String what, Instant due) {
    Delivery.Place place = delivery.place();
    return place == null
        ? Uni.createFrom().voidItem()
        : tx.update(what, delivery.endpointId(), place.key(), place.sequence(), time(due))
            .replaceWithVoid();
  }

  /**
   * An endpoint after a failure.
   *
   * @param failingSince its first failure after its last success
   */
  record Failing(
      UUID endpointId,
      @Nullable String sellerId,
      String url,
      String description,
      Instant failingSince) {}

  /**
   * Records an attempt that was not accepted.
   *
   * @param again null when it was the last one
   * @return empty when somebody else has recorded an outcome after our lease, or the endpoint is no
   *     longer enabled, or at another address
   */
  Uni<Optional<Failing>> failed(
      Tx tx, Delivery delivery, Outcome outcome, Instant now, @Nullable Instant again) {
    return tx.query(LOCK, delivery.endpointId())
        .chain(() -> attempt(tx, delivery, outcome, now))
        .chain(() ->
            tx.update(
                TRY_AGAIN,
                delivery.id(),
                again == null ? null : time(again),
                delivery.attempts(),
                again == null ? "FAILED" : "PENDING"))
        .call(() ->
            again == null
                ? followers(tx, delivery, LET_GO, now)
                : followers(tx, delivery, HOLD_BACK, again))
        .chain(changed ->
            changed == 0 ? Uni.createFrom().item(Optional.empty()) : counted(tx, delivery, now));
  }

  private Uni<Optional<Failing>> counted(Tx tx, Delivery delivery, Instant now) {
    return tx.update(
            FAILED,
            delivery.endpointId(),
            time(now),
            config.circuitAfter(),
            config.circuitFirst().toMillis(),
            config.circuitMost().toMillis(),
            delivery.url())
        .chain(changed -> tx.query(FAILING, delivery.endpointId(), delivery.url()))
        .map(rows -> {
          var endpoint = rows.iterator();
          return endpoint.hasNext()
              ? Optional.of(failing(delivery.endpointId(), endpoint.next()))
              : Optional.empty();
        });
  }

  private static Failing failing(UUID id, Row row) {
    return new Failing(
        id,
        row.getString("seller_id"),
        row.getString("url"),
        row.getString("description"),
        row.getOffsetDateTime("failing_since").toInstant());
  }

  /** Disables an endpoint; what waits for it is given up later, and can be recovered. */
  Uni<Boolean> disable(Tx tx, UUID endpointId, String reason, Instant now) {
    return tx.update(DISABLE, endpointId, reason, time(now)).map(changed -> changed == 1);
  }

  /**
   * Gives up what waits for endpoints that are dead or deleted, at most so many; answers how many.
   */
  Uni<Integer> giveUp(Tx tx, int limit) {
    return tx.update(GIVE_UP, limit);
  }

  private static Uni<Void> attempt(Tx tx, Delivery delivery, Outcome outcome, Instant now) {
    return tx.update(
            ATTEMPT,
            delivery.id(),
            delivery.attempts(),
            outcome.delivered() ? "DELIVERED" : "FAILED",
            outcome.status(),
            outcome.duration().toMillis(),
            outcome.error(),
            outcome.body(),
            time(now.minus(outcome.duration())))
        .replaceWithVoid();
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
