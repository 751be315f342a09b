package io.ordersystem.payments.reconciliation;

import io.ordersystem.payments.payment.PaymentProvider.Entry;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rows of runs and of what they found. */
@Singleton
class ReconciliationTable {
  private static final String OURS =
      """
      SELECT p.id, p.order_id, p.provider_reference, p.status, p.closed, p.currency, p.amount, p.authorized_amount, p.taken_amount,
        p.given_back_amount, p.refunding_amount, p.returning_amount, p.disputed_amount, p.task, p.updated_at,
        coalesce((
          SELECT sum(e.amount) FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
          WHERE t.payment_id = p.id AND e.account = $1), 0)::bigint AS booked,
        coalesce(p.leased_until > now(), false) AS leased,
        coalesce((SELECT max(f.created_at) FROM payment_events f WHERE f.payment_id = p.id), p.created_at) AS fact_at
      FROM payments p
      """;

  private final Ids ids;
  private final Clock clock;

  ReconciliationTable(Ids ids, Clock clock) {
    this.ids = ids;
    this.clock = clock;
  }

  /** A run that is to be carried out. */
  record Run(UUID id, Instant from, Instant until, int attempts, Instant begunAt) {}

  /**
   * Begins a run.
   *
   * @param day for the daily one, of which there is one a day
   * @return its id; empty when that day has one
   */
  Uni<Optional<UUID>> begin(Tx tx, @Nullable LocalDate day, Instant from, Instant until) {
    UUID id = ids.next();
    return tx.update(
            """
            INSERT INTO reconciliations (id, day, from_time, until_time, status, started_at)
            VALUES ($1, $2, $3, $4, 'RUNNING', $5) ON CONFLICT DO NOTHING
            """,
            id,
            day,
            time(from),
            time(until),
            time(clock.instant()))
        .map(count -> count == 1 ? Optional.of(id) : Optional.empty());
  }

  /** Claims runs that nobody is at. */
  Uni<List<Run>> claim(Tx tx, Instant leasedUntil, int limit) {
    return tx.query(
            """
            UPDATE reconciliations SET leased_until = $2, attempts = attempts + 1
            WHERE id = ANY (ARRAY(
              SELECT id FROM reconciliations
              WHERE status = 'RUNNING' AND (leased_until IS NULL OR leased_until <= $1)
              ORDER BY started_at LIMIT $3 FOR UPDATE SKIP LOCKED))
            RETURNING id, from_time, until_time, attempts
            """,
            time(clock.instant()),
            time(leasedUntil),
            limit)
        .map(rows -> {
          var runs = new ArrayList<Run>();
          rows.forEach(row ->
              runs.add(
                  new Run(
                      row.getUUID("id"),
                      row.getOffsetDateTime("from_time").toInstant(),
                      row.getOffsetDateTime("until_time").toInstant(),
                      row.getInteger("attempts"),
                      clock.instant())));
          return runs;
        });
  }

  /** Our payments that these entries of the provider's may belong to. */
  Uni<List<Ours>> ours(Tx tx, String account, List<Entry> entries) {
    return tx.query(
            OURS + "WHERE p.provider_reference = ANY ($2) OR p.id = ANY ($3)",
            account,
            texts(entries, Entry::reference),
            entries.stream()
                .map(Entry::paymentId)
                .flatMap(id -> uuid(id).stream())
                .toArray(UUID[]::new))
        .map(ReconciliationTable::ours);
  }

  private static Optional<UUID> uuid(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // somebody else's metadata
    }
  }

  /** One page of payments that the provider should have and that the run has not seen there. */
  Uni<List<Ours>> unseen(Tx tx, Run run, String account, @Nullable UUID after, int limit) {
    return tx.query(
            OURS
                + """
                WHERE p.id >= $2 AND p.id < $3 AND ($4::uuid IS NULL OR p.id > $4) AND p.provider_reference IS NOT NULL
                  AND NOT EXISTS (SELECT FROM reconciliation_seen s WHERE s.run_id = $5 AND s.provider_reference = p.provider_reference)
                ORDER BY p.id LIMIT $6
                """,
            account,
            Ids.floor(run.from()),
            Ids.floor(run.until()),
            after,
            run.id(),
            limit)
        .map(ReconciliationTable::ours);
  }

  private static List<Ours> ours(Iterable<Row> rows) {
    var ours = new ArrayList<Ours>();
    rows.forEach(row -> ours.add(Ours.of(row)));
    return ours;
  }

  /** Notes what was seen, and how many payments were just moving; the run is still ours. */
  Uni<Void> saw(Tx tx, Run run, List<Entry> entries, int moving, Instant leasedUntil) {
    return tx.query(
            """
            INSERT INTO reconciliation_seen (run_id, provider_reference)
            SELECT $1, r FROM unnest($2::text[]) AS r ON CONFLICT DO NOTHING
            """,
            run.id(),
            texts(entries, Entry::reference))
        .chain(() ->
            tx.update(
                "UPDATE reconciliations SET seen = seen + $2, moving = moving + $3, leased_until = $4 WHERE id = $1 AND attempts = $5",
                run.id(),
                entries.size(),
                moving,
                time(leasedUntil),
                run.attempts()))
        .invoke(count -> {
          if (count != 1) {
            throw new IllegalStateException("another process has begun run " + run.id() + " anew");
          }
        })
        .replaceWithVoid();
  }

  /** Begins to count anew, when a run is begun anew. */
  Uni<Void> reset(Tx tx, Run run) {
    return tx.query("DELETE FROM reconciliation_seen WHERE run_id = $1", run.id())
        .chain(() ->
            tx.query("UPDATE reconciliations SET seen = 0, moving = 0 WHERE id = $1", run.id()))
        .replaceWithVoid();
  }

  /** Notes breaks; one that is open already was found again. */
  Uni<Void> found(Tx tx, Run run, List<Break> breaks) {
    if (breaks.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            """
            INSERT INTO reconciliation_breaks (id, type, payment_id, order_id, provider_reference, ours, theirs, first_seen_at,
              last_seen_at, found_by)
            SELECT b.*, $8, $8, $9 FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[]) AS b
            ON CONFLICT (type, provider_reference) WHERE resolved_at IS NULL
            DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs, last_seen_at = excluded.last_seen_at, found_by = excluded.found_by
            """,
            breaks.stream().map(found -> ids.next()).toArray(UUID[]::new),
            texts(breaks, found -> found.type().wire()),
            uuids(breaks, Break::paymentId),
            uuids(breaks, Break::orderId),
            texts(breaks, Break::reference),
            texts(breaks, Break::ours),
            texts(breaks, Break::theirs),
            time(clock.instant()),
            run.id())
        .replaceWithVoid();
  }

  /**
   * Ends a run that has looked at everything: what it did not find any more among the payments that
   * it looked at is resolved.
   */
  Uni<Void> succeed(Tx tx, Run run, Set<UUID> leftOut) {
    return tx.query(
            """
            UPDATE reconciliation_breaks b SET resolved_at = $2, resolution = 'gone', resolved_by = 'reconciliation ' || $1::uuid
            WHERE b.resolved_at IS NULL AND b.last_seen_at < $4 AND NOT coalesce(b.payment_id = ANY ($3), false)
              AND (EXISTS (SELECT FROM reconciliation_seen s WHERE s.run_id = $1 AND s.provider_reference = b.provider_reference)
                   OR EXISTS (SELECT FROM payments p JOIN reconciliation_seen s ON s.provider_reference = p.provider_reference
                              WHERE s.run_id = $1 AND p.id = b.payment_id))
            """,
            run.id(),
            time(clock.instant()),
            leftOut.toArray(UUID[]::new),
            time(run.begunAt()))
        .chain(() -> end(tx, run, "SUCCEEDED", null));
  }

  Uni<Void> fail(Tx tx, Run run, String failure) {
    return end(tx, run, "FAILED", failure);
  }

  private Uni<Void> end(Tx tx, Run run, String status, @Nullable String failure) {
    return tx.query(
            // The day of one that failed is free for another.
            """
            UPDATE reconciliations SET status = $2, failure = $3, finished_at = $4, leased_until = NULL,
              day = CASE WHEN $2 = 'FAILED' THEN NULL ELSE day END
            WHERE id = $1 AND attempts = $5
            """,
            run.id(),
            status,
            failure,
            time(clock.instant()),
            run.attempts())
        .chain(() -> tx.query("DELETE FROM reconciliation_seen WHERE run_id = $1", run.id()))
        .replaceWithVoid();
  }

  /** Lets go of a run, so that it is begun anew then. */
  Uni<Void> postpone(Tx tx, Run run, Instant until) {
    return tx.query(
            "UPDATE reconciliations SET leased_until = $2 WHERE id = $1", run.id(), time(until))
        .replaceWithVoid();
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  private static <T> String[] texts(Collection<T> rows, Function<T, String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }

  private static <T> @Nullable UUID[] uuids(
      Collection<T> rows, Function<T, @Nullable UUID> column) {
    return rows.stream().map(column).toArray(UUID[]::new);
  }
}
