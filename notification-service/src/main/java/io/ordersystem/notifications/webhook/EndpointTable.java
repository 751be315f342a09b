package io.ordersystem.notifications.webhook;

import io.ordersystem.platform.sql.Statements;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of endpoints, as their owners change them. */
@Singleton
class EndpointTable {
  private static final String COLUMNS =
      """
      id, seller_id, url, description, event_types, ordered, status, disabled_reason, failures, failing_since, paused_until,
      CASE WHEN previous_secret_until > now() THEN previous_secret_until END AS previous_secret_until, version, created_at, updated_at
      """;
  private static final String FIND =
      "SELECT "
          + COLUMNS
          + " FROM webhook_endpoints WHERE id = $1 AND status <> 'DELETED' AND ($2::text IS NULL OR seller_id = $2)";
  private static final String LIST =
      "SELECT "
          + COLUMNS
          + """
           FROM webhook_endpoints WHERE status <> 'DELETED' AND ($1::text IS NULL OR seller_id = $1) AND ($2::uuid IS NULL OR id < $2)
          ORDER BY id DESC LIMIT $3
          """;
  private static final String INSERT =
      """
      INSERT INTO webhook_endpoints (id, seller_id, url, description, event_types, ordered, status, secret, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, 'ENABLED', $7, 1, $8, $8) RETURNING
      """
          + COLUMNS;
  private static final String CHANGE =
      """
      UPDATE webhook_endpoints SET url = $2, description = $3, event_types = $4, ordered = $5, status = $6::text,
        disabled_reason = CASE WHEN $6 = 'ENABLED' THEN NULL ELSE coalesce(disabled_reason, 'OWNER') END,
        failures = CASE WHEN $7 THEN 0 ELSE failures END,
        failing_since = CASE WHEN $7 THEN NULL ELSE failing_since END,
        paused_until = CASE WHEN $7 THEN NULL ELSE paused_until END,
        version = version + 1, updated_at = $8
      WHERE id = $1 RETURNING
      """
          + COLUMNS;
  private static final String ROTATE =
      """
      UPDATE webhook_endpoints SET secret = $2, previous_secret = CASE WHEN $3::timestamptz > $4 THEN secret END,
        previous_secret_until = CASE WHEN $3::timestamptz > $4 THEN $3 END, version = version + 1, updated_at = $4
      WHERE id = $1 RETURNING
      """
          + COLUMNS;
  private static final String DELETE =
      """
      UPDATE webhook_endpoints SET status = 'DELETED', disabled_reason = NULL, secret = '', previous_secret = NULL,
        previous_secret_until = NULL, version = version + 1, updated_at = $2
      WHERE id = $1
      """;

  Uni<RowSet<Row>> find(Statements database, UUID id, @Nullable String seller) {
    return database.query(FIND, id, seller);
  }

  /** The same, and keeps it as it is until the transaction ends. */
  Uni<RowSet<Row>> lock(Tx tx, UUID id, @Nullable String seller) {
    return tx.query(FIND + " FOR NO KEY UPDATE", id, seller);
  }

  Uni<RowSet<Row>> list(
      Statements database, @Nullable String seller, @Nullable UUID before, int limit) {
    return database.query(LIST, seller, before, limit);
  }

  /** How many an owner has; two that are made at the same moment wait for each other here. */
  Uni<Long> countLocked(Tx tx, @Nullable String seller) {
    return tx.query(
            "SELECT pg_advisory_xact_lock(hashtextextended('webhook-endpoints/' || current_schema() || coalesce($1::text, ''), 0))",
            seller)
        .chain(locked ->
            tx.query(
                "SELECT count(*) FROM webhook_endpoints WHERE status <> 'DELETED' AND seller_id IS NOT DISTINCT FROM $1",
                seller))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** What its owner decides about an endpoint. */
  record Wanted(
      String url, String description, String[] eventTypes, boolean ordered, String status) {}

  Uni<EndpointView> insert(
      Tx tx, UUID id, @Nullable String seller, Wanted wanted, String secret, Instant now) {
    return tx.query(
            INSERT,
            id,
            seller,
            wanted.url(),
            wanted.description(),
            wanted.eventTypes(),
            wanted.ordered(),
            secret,
            time(now))
        .map(EndpointTable::one);
  }

  /** Changes it; {@code anew} forgets its failures. */
  Uni<EndpointView> change(Tx tx, UUID id, Wanted wanted, boolean anew, Instant now) {
    return tx.query(
            CHANGE,
            id,
            wanted.url(),
            wanted.description(),
            wanted.eventTypes(),
            wanted.ordered(),
            wanted.status(),
            anew,
            time(now))
        .map(EndpointTable::one);
  }

  Uni<EndpointView> rotate(Tx tx, UUID id, String secret, Instant overlapUntil, Instant now) {
    return tx.query(ROTATE, id, secret, time(overlapUntil), time(now)).map(EndpointTable::one);
  }

  /** Keeps the row for its log, without the secrets; what waits for it is given up later. */
  Uni<Void> delete(Tx tx, UUID id, Instant now) {
    return tx.update(DELETE, id, time(now)).replaceWithVoid();
  }

  private static EndpointView one(RowSet<Row> rows) {
    return EndpointView.of(rows.iterator().next());
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
