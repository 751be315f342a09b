package io.ordersystem.payments.reconciliation;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.payments.payment.AskProvider;
import io.ordersystem.payments.payment.PaymentProvider;
import io.ordersystem.payments.payment.PaymentProvider.Entry;
import io.ordersystem.payments.payment.ledger.LedgerEntry;
import io.ordersystem.payments.reconciliation.ReconciliationTable.Run;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
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
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Carries runs out: pages through the provider's list, compares each entry with our payment and the
 * ledger, then asks for those of ours that the list did not have. Each page is a transaction of its
 * own, and the provider is asked outside of them. A run whose process dies is begun anew.
 */
@ApplicationScoped
class Reconcile {
  /** The provider's clock and ours may differ, and it makes its entry a moment after ours. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private static final int PAGE = 100;

  private final Transactions transactions;
  private final ReconciliationTable table;
  private final PaymentProvider provider;
  private final AskProvider ask;
  private final ReconciliationConfig config;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final LeasedWork<Run> work;
  private final String account;

  Reconcile(
      Transactions transactions,
      ReconciliationTable table,
      PaymentProvider provider,
      AskProvider ask,
      ReconciliationConfig config,
      Clock clock,
      Draining draining,
      MeterRegistry metrics,
      Vertx vertx) {
    this.transactions = transactions;
    this.table = table;
    this.provider = provider;
    this.ask = ask;
    this.config = config;
    this.clock = clock;
    this.metrics = metrics;
    this.account = LedgerEntry.provider(provider.name());
    this.work =
        new LeasedWork<>(
            "reconciliation",
            1,
            this::claim,
            run -> OwnContext.of(vertx, () -> carryOut(run)),
            draining,
            metrics);
  }

  /** Runs that somebody asked for, or that a dead process has left. */
  @Scheduled(every = "1s", delayed = "3s", identity = "reconcile")
  Uni<Void> pass() {
    return work.pass();
  }

  /** The daily run, once a day by whichever instance comes first. */
  @Scheduled(every = "5m", delayed = "30s", identity = "reconcile-daily")
  Uni<Void> daily() {
    Instant now = clock.instant();
    if (LocalTime.ofInstant(now, ZoneOffset.UTC).isBefore(config.dailyFrom())) {
      return Uni.createFrom().voidItem();
    }
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    return transactions
        .inTransaction(tx -> table.begin(tx, today, now.minus(config.window()), now))
        .onFailure(SqlFailures::isUnavailable)
        .invoke(failure -> Log.warnf("The daily reconciliation begins later: %s", failure))
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithItem(Optional.empty())
        .replaceWithVoid();
  }

  private Uni<List<Run>> claim(int free) {
    return transactions.inTransaction(tx -> table.claim(tx, lease(), free));
  }

  private Instant lease() {
    return clock.instant().plus(config.lease());
  }

  private Uni<Void> carryOut(Run run) {
    if (run.attempts() > config.attempts()) {
      // Its processes died each time.
      return transactions.inTransaction(tx -> table.fail(tx, run, "begun too often"));
    }
    var leftOut = new HashSet<UUID>();
    return transactions
        .inTransaction(tx -> table.reset(tx, run))
        .chain(() -> theirs(run, leftOut))
        .chain(() -> missing(run, leftOut))
        .chain(() -> transactions.inTransaction(tx -> table.succeed(tx, run, leftOut)))
        .invoke(
            () -> metrics.counter("payments.reconciliations", "outcome", "succeeded").increment())
        .onFailure()
        .recoverWithUni(failure -> failed(run, failure));
  }

  private Uni<Void> failed(Run run, Throwable failure) {
    boolean givesUp = run.attempts() >= config.attempts();
    Log.warnf(
        "Reconciliation %s failed (attempt %d%s): %s",
        run.id(), run.attempts(), givesUp ? ", the last" : "", failure);
    if (givesUp) {
      metrics.counter("payments.reconciliations", "outcome", "failed").increment();
    }
    Instant again = clock.instant().plus(Duration.ofSeconds(10L * run.attempts()));
    return transactions.inTransaction(tx ->
        givesUp
            ? table.fail(tx, run, String.valueOf(failure.getMessage()))
            : table.postpone(tx, run, again));
  }

  /** One page of the provider's list, and since when what it says may be out of date. */
  private record Page(List<Entry> entries, Instant readAt) {
    boolean isLast() {
      return entries.size() < PAGE;
    }
  }

  /** Page by page, until one is not full. */
  private Uni<Void> theirs(Run run, Set<UUID> leftOut) {
    // Runs of this class are carried out one at a time and each alone: nobody else writes here.
    var after = new ArrayList<String>();
    return Multi.createBy()
        .repeating()
        .uni(() -> page(run, after.isEmpty() ? null : after.getLast(), leftOut))
        .whilst(page -> {
          if (!page.entries().isEmpty()) {
            after.clear();
            after.add(page.entries().getLast().reference());
          }
          return !page.isLast();
        })
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<Page> page(Run run, @Nullable String after, Set<UUID> leftOut) {
    return ask.call(
            Page.class,
            () -> {
              Instant readAt = clock.instant();
              return new Page(
                  provider.list(run.from().minus(MARGIN), run.until().plus(MARGIN), after), readAt);
            })
        .call(page -> transactions.inTransaction(tx -> compare(tx, run, page, leftOut)));
  }

  private Uni<Void> compare(Tx tx, Run run, Page page, Set<UUID> leftOut) {
    return table
        .ours(tx, account, page.entries())
        .chain(payments -> {
          var breaks = new ArrayList<Break>();
          var moving = new HashSet<UUID>();
          Map<String, Ours> byName = byName(payments);
          for (Entry entry : page.entries()) {
            Ours ours = of(byName, entry);
            if (ours != null && isMoving(ours, page.readAt())) {
              moving.add(ours.id());
              continue;
            }
            breaks.addAll(Matching.of(ours, entry));
            if (ours != null) {
              breaks.addAll(Matching.ofLedger(ours));
            }
          }
          leftOut.addAll(moving);
          return table
              .saw(tx, run, page.entries(), moving.size(), lease())
              .chain(() -> table.found(tx, run, distinct(breaks)));
        });
  }

  private static Map<String, Ours> byName(List<Ours> payments) {
    var byName = new HashMap<String, Ours>();
    for (Ours payment : payments) {
      byName.put(payment.id().toString(), payment);
      if (payment.reference() != null) {
        byName.put(payment.reference(), payment);
      }
    }
    return byName;
  }

  private static @Nullable Ours of(Map<String, Ours> byName, Entry entry) {
    Ours named = byName.get(entry.reference());
    String ours = entry.paymentId();
    return named != null || ours == null ? named : byName.get(ours);
  }

  /** A payment has two entries when it was charged twice; what is said of it is said once. */
  private static List<Break> distinct(List<Break> breaks) {
    var seen = new HashSet<String>();
    return breaks.stream().filter(found -> seen.add(found.type() + found.reference())).toList();
  }

  /**
   * The two sides are not read at the same moment. What has been waiting for long is compared all
   * the same: it needs that most.
   */
  private boolean isMoving(Ours ours, Instant readAt) {
    boolean waits = ours.moving() && ours.factAt().isAfter(readAt.minus(config.movingFor()));
    return waits || ours.leased() || ours.updatedAt().isAfter(readAt.minus(config.settling()));
  }

  /** Those of ours that the list did not have: the provider is asked for each by name. */
  private Uni<Void> missing(Run run, Set<UUID> leftOut) {
    var after = new ArrayList<UUID>();
    return Multi.createBy()
        .repeating()
        .uni(() -> missing(run, after.isEmpty() ? null : after.getLast(), leftOut))
        .whilst(page -> {
          if (!page.isEmpty()) {
            after.clear();
            after.add(page.getLast().id());
          }
          return page.size() == PAGE;
        })
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<List<Ours>> missing(Run run, @Nullable UUID after, Set<UUID> leftOut) {
    return transactions
        .inTransaction(tx -> table.unseen(tx, run, account, after, PAGE))
        .call(page ->
            Multi.createFrom()
                .iterable(page)
                .onItem()
                .transformToUniAndConcatenate(ours -> look(run, ours, leftOut))
                .collect()
                .last());
  }

  private Uni<Void> look(Run run, Ours ours, Set<UUID> leftOut) {
    Instant readAt = clock.instant();
    if (isMoving(ours, readAt)) {
      leftOut.add(ours.id());
      return Uni.createFrom().voidItem();
    }
    String reference = String.valueOf(ours.reference());
    return ask.call(
            Page.class,
            () -> new Page(provider.entry(reference).map(List::of).orElse(List.of()), readAt))
        .chain(page ->
            transactions.inTransaction(tx ->
                page.entries().isEmpty()
                    ? table
                        .saw(tx, run, List.of(), 0, lease())
                        .chain(() -> table.found(tx, run, List.of(Matching.missingThere(ours))))
                    : compare(tx, run, page, leftOut)));
  }
}
