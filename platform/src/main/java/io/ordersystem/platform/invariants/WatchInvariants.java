package io.ordersystem.platform.invariants;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.invariants.OwnInvariants.Invariant;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks once a minute for violations of a service's own invariants, for the gauge {@code
 * invariant.violations}, and logs each that is new. All are looked at in one snapshot. The gauge
 * has no value while it is not known.
 */
@Singleton
public class WatchInvariants {
  /** More are not counted: one is too many. */
  private static final int COUNTED = 100;

  private static final String BOUND = "SET LOCAL statement_timeout = '5s'";

  private final Transactions transactions;
  private final List<Invariant> invariants;
  private final Map<String, Double> violations = new HashMap<>();
  private final Set<String> told = new HashSet<>();

  WatchInvariants(
      Transactions transactions, Instance<OwnInvariants> services, MeterRegistry metrics) {
    this.transactions = transactions;
    this.invariants = services.stream().flatMap(service -> service.list().stream()).toList();
    for (Invariant invariant : invariants) {
      Gauge.builder("invariant.violations", this, it -> it.violations(invariant))
          .description("Rows that break a rule of the books, among those that changed lately")
          .tag("invariant", invariant.id())
          .register(metrics);
    }
  }

  /** Looks now. */
  @Scheduled(
      every = "60s",
      delayed = "15s",
      identity = "watch-invariants",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> look() {
    return transactions
        .reading(tx -> tx.query(BOUND).chain(() -> all(tx)))
        .invoke(this::show)
        .onFailure()
        .invoke(failure -> show(Map.of()))
        .onFailure(SqlFailures::isPassing)
        .invoke(failure -> Log.warnf("The invariants cannot be looked at: %s", failure))
        // The gauge says so, and the next beat looks again.
        .onFailure(SqlFailures::isPassing)
        .recoverWithNull()
        .replaceWithVoid();
  }

  private Uni<Map<String, RowSet<Row>>> all(Tx tx) {
    return Multi.createFrom()
        .iterable(invariants)
        .onItem()
        .transformToUniAndConcatenate(invariant ->
            tx.query(
                    "SELECT id, detail FROM (\n%s\n) AS violation LIMIT %d"
                        .formatted(invariant.violations(), COUNTED))
                .map(rows -> Map.entry(invariant.id(), rows)))
        .collect()
        .asMap(Map.Entry::getKey, Map.Entry::getValue);
  }

  private synchronized void show(Map<String, RowSet<Row>> found) {
    violations.clear();
    found.forEach((id, rows) -> violations.put(id, (double) rows.size()));
    var now = new HashSet<String>();
    found.forEach((id, rows) -> rows.forEach(row -> now.add(tell(id, row))));
    if (!found.isEmpty()) {
      told.retainAll(now);
    }
  }

  private String tell(String invariant, Row row) {
    String violation = invariant + " " + row.getString("id");
    if (told.add(violation)) {
      Log.errorf("%s is violated: %s", violation, row.getString("detail"));
    }
    return violation;
  }

  private synchronized double violations(Invariant invariant) {
    return violations.getOrDefault(invariant.id(), Double.NaN);
  }
}
