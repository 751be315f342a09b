package io.ordersystem.payments.charging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.payments.payment.AskProvider;
import io.ordersystem.payments.payment.PaymentProvider;
import io.ordersystem.payments.payment.ProviderHints;
import io.ordersystem.payments.payment.ProviderHints.Hint;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.work.Draining;
import io.ordersystem.platform.work.LeasedWork;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads the provider's list of its notifications, for those that never arrived. What we have asked
 * for is asked for again until it is known, but of a dispute, or of a refund that bounced days
 * later, there is no other word than the provider's: it tries for some days, then never again.
 *
 * <p>How far the list was read is kept after each slice of it, so a service that was away for weeks
 * reads on from there. Several instances take turns; twice the same does no harm. What is found
 * makes payments due beside those of customers who wait, so a pass ends once it has found many.
 */
@ApplicationScoped
class CatchUp {
  /** The provider's clock and ours may differ, and its list is by the second. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private static final Duration SLICE = Duration.ofMinutes(5);
  private static final int PAGE = 100;
  private static final int MANY = 500;
  private static final int FORGOTTEN_AT_ONCE = 1_000;

  private final Transactions transactions;
  private final PaymentProvider provider;
  private final AskProvider ask;
  private final ProviderHints hints;
  private final CatchUpConfig config;
  private final Clock clock;
  private final LeasedWork<Instant> work;
  private final Counter recalled;

  CatchUp(
      Transactions transactions,
      PaymentProvider provider,
      AskProvider ask,
      ProviderHints hints,
      CatchUpConfig config,
      Clock clock,
      Draining draining,
      MeterRegistry metrics,
      Vertx vertx) {
    this.transactions = transactions;
    this.provider = provider;
    this.ask = ask;
    this.hints = hints;
    this.config = config;
    this.clock = clock;
    this.recalled = metrics.counter("payments.webhooks", "taken", "recalled");
    this.work =
        new LeasedWork<>(
            "catch-up",
            1,
            free -> claim(),
            readUntil -> OwnContext.of(vertx, () -> read(readUntil)),
            draining,
            metrics);
  }

  @Scheduled(every = "5s", delayed = "5s", identity = "catch-up")
  Uni<Void> pass() {
    return work.pass();
  }

  /** Up to where the list was read, when it is time to read on. */
  private Uni<List<Instant>> claim() {
    Instant now = clock.instant();
    return transactions.inTransaction(tx ->
        tx.query(
                "INSERT INTO provider_lists (provider, read_until, due_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                provider.name(),
                time(now.minus(config.firstLook())),
                time(now.plus(config.every())))
            .chain(() ->
                tx.query(
                    "UPDATE provider_lists SET due_at = $2 WHERE provider = $1 AND due_at <= $3 RETURNING read_until",
                    provider.name(),
                    time(now.plus(config.every())),
                    time(now)))
            .map(rows -> {
              var due = new ArrayList<Instant>();
              rows.forEach(row -> due.add(row.getOffsetDateTime("read_until").toInstant()));
              return due;
            }));
  }

  private Uni<Void> read(Instant readUntil) {
    Instant end = clock.instant().minus(config.lag());
    if (!readUntil.isBefore(end)) {
      return Uni.createFrom().voidItem();
    }
    // One pass at a time is under way here, and its slices follow each other.
    var from = new AtomicReference<>(readUntil);
    var found = new AtomicInteger();
    return Multi.createBy()
        .repeating()
        .uni(() -> slice(from.get(), earlier(from.get().plus(SLICE), end), found))
        .whilst(until -> {
          from.set(until);
          return until.isBefore(end) && found.get() < MANY;
        })
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<Instant> slice(Instant from, Instant until, AtomicInteger found) {
    var after = new ArrayList<String>();
    return Multi.createBy()
        .repeating()
        .uni(() -> page(from, until, after.isEmpty() ? null : after.getLast(), found))
        .whilst(page -> {
          if (!page.hints().isEmpty()) {
            after.clear();
            after.add(page.hints().getLast().id());
          }
          return page.hints().size() == PAGE;
        })
        .collect()
        .last()
        .chain(() ->
            transactions.inTransaction(tx ->
                tx.query(
                    "UPDATE provider_lists SET read_until = greatest(read_until, $2), due_at = greatest(due_at, $3) WHERE provider = $1",
                    provider.name(),
                    time(until),
                    time(clock.instant().plus(config.every())))))
        .replaceWith(until);
  }

  private record Page(List<Hint> hints) {}

  private Uni<Page> page(Instant from, Instant until, @Nullable String after, AtomicInteger found) {
    return ask.call(
            Page.class, () -> new Page(provider.notifications(from.minus(MARGIN), until, after)))
        .call(page ->
            hints
                .recall(page.hints())
                .invoke(lost -> {
                  if (lost > 0) {
                    found.addAndGet(lost);
                    recalled.increment(lost);
                    Log.infof("%d notifications of %s had not arrived", lost, provider.name());
                  }
                }));
  }

  /** Forgets the names of notifications that are so old that they are not listed any more. */
  @Scheduled(
      every = "10m",
      delayed = "1m",
      identity = "provider-events",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> forget() {
    return transactions
        .inTransaction(tx ->
            tx.update(
                """
                DELETE FROM provider_events WHERE id = ANY (ARRAY(
                  SELECT id FROM provider_events WHERE received_at < $1 ORDER BY received_at LIMIT $2))
                """,
                time(clock.instant().minus(config.remembered())),
                FORGOTTEN_AT_ONCE))
        .chain(deleted -> deleted < FORGOTTEN_AT_ONCE ? Uni.createFrom().voidItem() : forget());
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
