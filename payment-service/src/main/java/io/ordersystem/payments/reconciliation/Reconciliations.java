package io.ordersystem.payments.reconciliation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.payments.reconciliation.ReconciliationView.BreakView;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.idempotency.StoredAnswer;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Statements;
import io.ordersystem.platform.sql.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Asks for runs, shows what they found, and records what became of it. */
@ApplicationScoped
class Reconciliations {
  /** What a {@link BreakView} is made of. */
  private static final String BREAK =
      "id, type, payment_id, order_id, provider_reference, ours, theirs, first_seen_at, resolved_at, resolution, resolved_by";

  private static final int MOST_BREAKS = 1000;

  private final IdempotentRequests requests;
  private final Transactions transactions;
  private final Reads reads;
  private final ReconciliationTable table;
  private final ReconciliationConfig config;
  private final Clock clock;
  private final ObjectMapper json;

  Reconciliations(
      IdempotentRequests requests,
      Transactions transactions,
      Reads reads,
      ReconciliationTable table,
      ReconciliationConfig config,
      Clock clock,
      ObjectMapper json) {
    this.requests = requests;
    this.transactions = transactions;
    this.reads = reads;
    this.table = table;
    this.config = config;
    this.clock = clock;
    this.json = json;
  }

  /** Asks for a run; it is carried out by a worker. */
  Uni<StoredAnswer> ask(Caller caller, @Nullable String key, ReconcileRequest request) {
    Instant now = clock.instant();
    Instant until = request.until() == null ? now : request.until();
    Instant from = request.from() == null ? until.minus(config.window()) : request.from();
    if (!from.isBefore(until) || until.isAfter(now)) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          "/from must be before /until, which must not lie ahead",
          List.of(new Invalid("/from", "must be before until")));
    }
    return requests.once(
        new IdempotentRequests.Request(caller, key, "POST /api/payments/reconciliations", request),
        tx ->
            table
                .begin(tx, null, from, until)
                .map(Optional::orElseThrow)
                .chain(id -> find(tx, id))
                .map(run ->
                    new StoredAnswer(
                        202,
                        "/api/payments/reconciliations/" + run.id(),
                        null,
                        write(run),
                        false)));
  }

  Uni<ReconciliationView> get(UUID id) {
    return reads.read(database -> find(database, id));
  }

  private Uni<ReconciliationView> find(Statements database, UUID id) {
    return database
        .query(
            """
            SELECT id, status, failure, from_time, until_time, seen, moving, started_at, finished_at
            FROM reconciliations WHERE id = $1
            """,
            id)
        .chain(rows -> {
          if (rows.size() == 0) {
            throw new DomainException(ProblemType.NOT_FOUND, "no such reconciliation");
          }
          Row run = rows.iterator().next();
          return database
              .query(
                  """
                  SELECT %s FROM reconciliation_breaks WHERE found_by = $1 ORDER BY first_seen_at, id LIMIT $2
                  """
                      .formatted(BREAK),
                  id,
                  MOST_BREAKS)
              .map(breaks -> view(run, breaks));
        });
  }

  /** Records what was found out about a break. It is found anew if it is still there. */
  Uni<BreakView> resolve(Caller caller, UUID run, UUID found, ResolveRequest request) {
    return transactions.inTransaction(tx ->
        tx.query(
                """
                UPDATE reconciliation_breaks SET resolved_at = $3, resolution = $4, resolved_by = $5
                WHERE id = $1 AND found_by = $2 AND resolved_at IS NULL
                RETURNING %s
                """
                    .formatted(BREAK),
                found,
                run,
                OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC),
                request.resolution(),
                caller.subject())
            .map(rows -> {
              if (rows.size() == 0) {
                throw new DomainException(ProblemType.NOT_FOUND, "no such open break");
              }
              return view(rows.iterator().next());
            }));
  }

  private ReconciliationView view(Row run, Iterable<Row> rows) {
    var breaks = new ArrayList<BreakView>();
    rows.forEach(row -> breaks.add(view(row)));
    OffsetDateTime finished = run.getOffsetDateTime("finished_at");
    return new ReconciliationView(
        run.getUUID("id"),
        run.getString("status"),
        run.getString("failure"),
        run.getOffsetDateTime("from_time").toInstant(),
        run.getOffsetDateTime("until_time").toInstant(),
        run.getInteger("seen"),
        run.getInteger("moving"),
        run.getOffsetDateTime("started_at").toInstant(),
        finished == null ? null : finished.toInstant(),
        breaks);
  }

  private BreakView view(Row row) {
    Instant first = row.getOffsetDateTime("first_seen_at").toInstant();
    OffsetDateTime resolved = row.getOffsetDateTime("resolved_at");
    Instant until = resolved == null ? clock.instant() : resolved.toInstant();
    return new BreakView(
        row.getUUID("id"),
        row.getString("type"),
        row.getUUID("payment_id"),
        row.getUUID("order_id"),
        row.getString("provider_reference"),
        row.getString("ours"),
        row.getString("theirs"),
        first,
        Math.max(0, Duration.between(first, until).toSeconds()),
        resolved == null ? null : until,
        row.getString("resolution"),
        row.getString("resolved_by"));
  }

  private String write(ReconciliationView run) {
    try {
      return json.writeValueAsString(run);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a reconciliation is always writable", e);
    }
  }
}
