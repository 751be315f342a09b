package io.ordersystem.payments.charging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.payments.payment.AskProvider;
import io.ordersystem.payments.payment.PaymentProvider;
import io.ordersystem.payments.payment.ProviderHints;
import io.ordersystem.payments.payment.ProviderHints.Hint;
import io.ordersystem.payments.payment.ProviderUnanswered;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Transactions;
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
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the provider's list of its notifications, for those that never arrived. What we have asked
 * for is asked for again until it is known, but of a dispute, or of a refund that bounced days
 * later, there is no other word than the provider's: it tries for some days, then never again.
 *
 * <p>How far the list was read is kept, so a service that was away for weeks reads on from there,
 * an hour of notifications at a time. Several instances take turns; twice the same does no harm.
 */
@ApplicationScoped
class CatchUp {
  /** The provider's clock and ours may differ, and its list is by the second. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private static final Duration SLICE = Duration.ofHours(1);
  private static final int PAGE = 100;
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
    var slices = new ArrayList<Instant>();
    for (Instant from = readUntil; from.isBefore(end); from = from.plus(SLICE)) {
      slices.add(from);
    }
    return Multi.createFrom()
        .iterable(slices)
        .onItem()
        .transformToUniAndConcatenate(from -> slice(from, earlier(from.plus(SLICE), end)))
        .collect()
        .last()
        .chain(this::forget)
        .onFailure(CatchUp::isUnanswered)
        .invoke(failure -> Log.warnf("Lost notifications are looked for later: %s", failure))
        .onFailure(CatchUp::isUnanswered)
        .recoverWithNull();
  }

  private static boolean isUnanswered(Throwable failure) {
    return failure instanceof ProviderUnanswered || failure instanceof CircuitBreakerOpenException;
  }

  private Uni<Void> slice(Instant from, Instant until) {
    var after = new ArrayList<String>();
    return Multi.createBy()
        .repeating()
        .uni(() -> page(from, until, after.isEmpty() ? null : after.getLast()))
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
                    "UPDATE provider_lists SET read_until = $2 WHERE provider = $1 AND read_until < $2",
                    provider.name(),
                    time(until))))
        .replaceWithVoid();
  }

  private record Page(List<Hint> hints) {}

  private Uni<Page> page(Instant from, Instant until, @Nullable String after) {
    return ask.call(
            Page.class, () -> new Page(provider.notifications(from.minus(MARGIN), until, after)))
        .call(page ->
            hints
                .recall(page.hints())
                .invoke(lost -> {
                  if (lost > 0) {
                    recalled.increment(lost);
                    Log.infof("%d notifications of %s had not arrived", lost, provider.name());
                  }
                }));
  }

  private Uni<Void> forget() {
    return transactions
        .inTransaction(tx ->
            tx.query(
                """
                DELETE FROM provider_events WHERE id = ANY (ARRAY(
                  SELECT id FROM provider_events WHERE received_at < $1 ORDER BY received_at LIMIT $2))
                """,
                time(clock.instant().minus(config.remembered())),
                FORGOTTEN_AT_ONCE))
        .replaceWithVoid();
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
