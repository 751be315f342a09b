package io.ordersystem.notifications.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.idempotency.StoredAnswer;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Statements;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The log of deliveries, and sending again what was sent before. */
@ApplicationScoped
class Deliveries {
  /** The type of what a ping posts; no event on Kafka has it. */
  static final String PING = "io.ordersystem.webhook.ping.v1";

  private static final String ROUTE = "/api/notifications/webhook-endpoints/";
  private static final int ACCEPTED = 202;

  /** As many rows as one transaction changes. */
  private static final int RECOVERED_AT_ONCE = 10_000;

  private static final String LIST =
      """
      SELECT d.id, d.endpoint_id, d.message_id, d.status, d.next_attempt_at, d.created_at, d.delivered_at, m.type
      FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message_id
      WHERE d.endpoint_id = $1 AND ($2::text IS NULL OR d.status = $2) AND ($3::uuid IS NULL OR d.id < $3)
      ORDER BY d.id DESC LIMIT $4
      """;
  private static final String FIND =
      """
      SELECT d.id, d.endpoint_id, d.message_id, d.status, d.next_attempt_at, d.created_at, d.delivered_at, m.type
      FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message_id
      WHERE d.endpoint_id = $1 AND d.id = $2
      """;
  private static final String PINGS =
      "SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = $1 AND status = 'PENDING' AND sequence_key LIKE 'ping/%'";
  private static final String ATTEMPTS =
      """
      SELECT delivery_id, attempt, outcome, status_code, duration_ms, error, response_body, attempted_at
      FROM webhook_attempts WHERE delivery_id = ANY ($1) ORDER BY delivery_id, attempt
      """;
  private static final String AGAIN =
      """
      UPDATE webhook_deliveries SET status = 'PENDING', next_attempt_at = $3, leased_until = NULL, delivered_at = NULL,
        attempts_before = attempts
      WHERE endpoint_id = $1 AND id = $2
        AND (status <> 'PENDING' OR (attempts > attempts_before AND (leased_until IS NULL OR leased_until <= $3)))
      """;
  private static final String RECOVER =
      """
      WITH failed AS (
        SELECT id FROM webhook_deliveries
        WHERE endpoint_id = $1 AND status = 'FAILED' AND created_at >= $2 AND created_at < $3
        ORDER BY created_at, sequence LIMIT $5 FOR UPDATE)
      UPDATE webhook_deliveries d SET status = 'PENDING', next_attempt_at = $4, leased_until = NULL, attempts_before = d.attempts
      FROM failed WHERE d.id = failed.id
      """;
  private static final String REMAINING =
      """
      SELECT count(*) FROM webhook_deliveries
      WHERE endpoint_id = $1 AND status = 'FAILED' AND created_at >= $2 AND created_at < $3
      """;

  private final Reads reads;
  private final IdempotentRequests requests;
  private final EndpointTable endpoints;
  private final Postings postings;
  private final EventFormat format;
  private final WebhookBeat beat;
  private final Ids ids;
  private final ObjectMapper json;
  private final Clock clock;

  Deliveries(
      Reads reads,
      IdempotentRequests requests,
      EndpointTable endpoints,
      Postings postings,
      EventFormat format,
      WebhookBeat beat,
      Ids ids,
      ObjectMapper json,
      Clock clock) {
    this.reads = reads;
    this.requests = requests;
    this.endpoints = endpoints;
    this.postings = postings;
    this.format = format;
    this.beat = beat;
    this.ids = ids;
    this.json = json;
    this.clock = clock;
  }

  /** One page of them, newest first, with their attempts. */
  Uni<Page<DeliveryView>> list(
      Caller caller,
      UUID endpoint,
      @Nullable String status,
      int limit,
      @Nullable String cursorText) {
    var cursor = new Cursor("webhook-deliveries/%s/%s".formatted(endpoint, status));
    UUID before = cursor.readId(cursorText);
    return reads.read(database ->
        visible(endpoints.find(database, endpoint, Visible.seller(caller)))
            .chain(seen -> database.query(LIST, endpoint, status, before, limit + 1))
            .chain(rows -> views(database, rows))
            .map(views -> Page.of(views, limit, last -> cursor.after(last.id().toString()))));
  }

  /** Fails with {@code not-found} when the caller may not see the endpoint. */
  private static Uni<EndpointView> visible(Uni<RowSet<Row>> found) {
    return found.map(rows -> {
      if (!rows.iterator().hasNext()) {
        throw Visible.none();
      }
      return EndpointView.of(rows.iterator().next());
    });
  }

  private Uni<EndpointView> enabled(Tx tx, Caller caller, UUID endpoint) {
    return visible(endpoints.lock(tx, endpoint, Visible.seller(caller)))
        .invoke(seen -> {
          if (!seen.status().equals("ENABLED")) {
            throw new DomainException(
                ProblemType.ILLEGAL_TRANSITION, "the endpoint is disabled; enable it first");
          }
        });
  }

  /** Posts something that means nothing, by the way that events go. */
  Uni<StoredAnswer> ping(Caller caller, UUID endpoint, @Nullable String key) {
    return requests.once(
        request(caller, key, endpoint + "/ping", ""),
        tx ->
            enabled(tx, caller, endpoint)
                .call(seen -> tx.query(PINGS, endpoint).invoke(Deliveries::requireNone))
                .chain(seen -> {
                  UUID message = ids.next();
                  var body =
                      new Body(
                          PING,
                          clock.instant(),
                          endpoint.toString(),
                          seen.version(),
                          new Ping(endpoint));
                  return postings
                      .add(
                          tx,
                          List.of(
                              new Posting(
                                  message,
                                  PING,
                                  format.canonical(body),
                                  endpoint,
                                  "ping/" + message)))
                      .chain(() ->
                          tx.query(
                              FIND.replace("d.id = $2", "d.message_id = $2"), endpoint, message));
                })
                .chain(rows -> accepted(tx, rows)));
  }

  private static void requireNone(Iterable<Row> pings) {
    if (pings.iterator().next().getLong(0) > 0) {
      throw new DomainException(ProblemType.ILLEGAL_TRANSITION, "a ping waits to be sent already");
    }
  }

  /** The data of a ping. */
  record Ping(UUID endpointId) {}

  /** Sends one again, whatever became of it, unless it is about to be sent anyway. */
  Uni<StoredAnswer> redeliver(Caller caller, UUID endpoint, UUID delivery, @Nullable String key) {
    return requests.once(
        request(caller, key, endpoint + "/deliveries/" + delivery + "/redelivery", ""),
        tx ->
            enabled(tx, caller, endpoint)
                .chain(seen -> tx.query(FIND, endpoint, delivery))
                .invoke(rows -> {
                  if (!rows.iterator().hasNext()) {
                    throw Visible.none();
                  }
                })
                .chain(rows -> tx.update(AGAIN, endpoint, delivery, now()))
                .invoke(changed -> {
                  if (changed == 0) {
                    throw new DomainException(
                        ProblemType.ILLEGAL_TRANSITION, "it waits to be sent, or is being sent");
                  }
                  tx.afterCommit(beat::wake);
                })
                .chain(changed -> tx.query(FIND, endpoint, delivery))
                .chain(rows -> accepted(tx, rows)));
  }

  /** Sends all again that have failed, of a span of time. */
  Uni<StoredAnswer> recover(
      Caller caller, UUID endpoint, @Nullable String key, RecoveryRequest wanted) {
    Instant until = wanted.until() == null ? clock.instant() : wanted.until();
    if (!wanted.since().isBefore(until)) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          "since must be before until",
          List.of(new Invalid("/since", "must be before until")));
    }
    return requests.once(
        request(caller, key, endpoint + "/recovery", wanted),
        tx ->
            enabled(tx, caller, endpoint)
                .chain(seen ->
                    tx.update(
                        RECOVER,
                        endpoint,
                        time(wanted.since()),
                        time(until),
                        now(),
                        RECOVERED_AT_ONCE))
                .invoke(recovered -> tx.afterCommit(beat::wake))
                .chain(recovered ->
                    tx.query(REMAINING, endpoint, time(wanted.since()), time(until))
                        .map(rows ->
                            answer(
                                new RecoveryView(recovered, rows.iterator().next().getLong(0))))));
  }

  private static IdempotentRequests.Request request(
      Caller caller, @Nullable String key, String path, Object content) {
    return new IdempotentRequests.Request(caller, key, "POST " + ROUTE + path, content);
  }

  private Uni<StoredAnswer> accepted(Tx tx, Iterable<Row> rows) {
    return views(tx, rows).map(views -> answer(views.getFirst()));
  }

  private StoredAnswer answer(Object view) {
    try {
      return new StoredAnswer(ACCEPTED, null, null, json.writeValueAsString(view), false);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a view is always writable", e);
    }
  }

  private static Uni<List<DeliveryView>> views(Statements database, Iterable<Row> found) {
    List<Row> deliveries = new ArrayList<>();
    found.forEach(deliveries::add);
    UUID[] ids = deliveries.stream().map(row -> row.getUUID("id")).toArray(UUID[]::new);
    return database
        .query(ATTEMPTS, new Object[] {ids})
        .map(rows -> {
          Map<UUID, List<DeliveryView.Attempt>> attempts = new HashMap<>();
          for (Row row : rows) {
            attempts
                .computeIfAbsent(row.getUUID("delivery_id"), id -> new ArrayList<>())
                .add(attempt(row));
          }
          return deliveries.stream()
              .map(row -> view(row, attempts.getOrDefault(row.getUUID("id"), List.of())))
              .toList();
        });
  }

  private static DeliveryView.Attempt attempt(Row row) {
    return new DeliveryView.Attempt(
        row.getInteger("attempt"),
        row.getString("outcome"),
        row.getInteger("status_code"),
        row.getLong("duration_ms"),
        row.getString("error"),
        row.getString("response_body"),
        row.getOffsetDateTime("attempted_at").toInstant());
  }

  private static DeliveryView view(Row row, List<DeliveryView.Attempt> attempts) {
    return new DeliveryView(
        row.getUUID("id"),
        row.getUUID("endpoint_id"),
        row.getUUID("message_id"),
        row.getString("type"),
        row.getString("status"),
        instant(row.getOffsetDateTime("next_attempt_at")),
        row.getOffsetDateTime("created_at").toInstant(),
        instant(row.getOffsetDateTime("delivered_at")),
        attempts);
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private OffsetDateTime now() {
    return time(clock.instant());
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
