package io.ordersystem.orders.platform;

import static io.ordersystem.orders.Shop.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.orders.Shop;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients hang up in the middle of a transaction, while others wait for its connection. */
@QuarkusTest
class TransactionsTest {
  private final TestDatabase database = Shop.database();
  private final String run = UUID.randomUUID().toString();

  @Inject Transactions transactions;
  @Inject Vertx vertx;

  @ConfigProperty(name = "quarkus.datasource.reactive.max-size")
  int connections;

  @Test
  void aCancelledTransactionEndsAndLeavesTheNextOneAlone() {
    var writing = new AtomicInteger();
    var refused = new AtomicInteger();
    var cancelled = new ArrayList<Cancellable>();
    for (int i = 0; i < connections; i++) {
      cancelled.add(
          OwnContext.of(
                  vertx,
                  () ->
                      transactions.inTransaction(tx ->
                          write(tx, "cancelled", writing)
                              .chain(() -> tx.query("SELECT pg_sleep(0.5)"))))
              .subscribe()
              .with(done -> {}, failure -> {}));
    }
    await().atMost(SOON).until(() -> writing.get() == connections);
    for (int i = 0; i < connections; i++) {
      Cancellable _ =
          OwnContext.of(
                  vertx,
                  () ->
                      transactions.inTransaction(tx ->
                          write(tx, "refused", new AtomicInteger())
                              .chain(
                                  () -> Uni.createFrom().failure(new IllegalStateException("no")))))
              .subscribe()
              .with(done -> {}, failure -> refused.incrementAndGet());
    }
    cancelled.forEach(Cancellable::cancel);
    await().atMost(SOON).until(() -> refused.get() == connections);
    assertThat(keys("refused")).isZero();
    // Whoever has hung up gets no answer; the work was done all the same, as a whole.
    await().atMost(SOON).until(() -> keys("cancelled") == connections);
  }

  /** Whoever has made the role: a service on a managed database asks for it itself. */
  @Test
  void plansAreKeptByOurOwnWish() {
    var setting = new AtomicReference<String>();
    Cancellable _ =
        OwnContext.of(
                vertx,
                () ->
                    transactions.inTransaction(tx ->
                        tx.query(
                            "SELECT string_agg(name || ' = ' || setting || ' by ' || source, ', ' ORDER BY name) FROM pg_settings WHERE name IN ('plan_cache_mode', 'enable_seqscan')")))
            .subscribe()
            .with(
                rows -> setting.set(rows.iterator().next().getString(0)),
                failure -> setting.set(failure.toString()));
    await().atMost(SOON).until(() -> setting.get() != null);
    assertThat(setting.get())
        .isEqualTo("enable_seqscan = off by client, plan_cache_mode = auto by client");
  }

  /** What is prepared when a migration comes is refused once by each connection. */
  @Test
  void aTransactionIsRepeatedWhenItsStatementReturnsMoreThanItDid() {
    String table = "transactions_test";
    database.execute("CREATE TABLE " + table + " (n int)");
    try {
      assertThat(everywhere("SELECT * FROM " + table)).isEmpty();
      database.execute("ALTER TABLE " + table + " ADD COLUMN m int");
      assertThat(everywhere("SELECT * FROM " + table)).isEmpty();
    } finally {
      database.execute("DROP TABLE " + table);
    }
  }

  /** Executes it on each connection, all at once; returns how it failed. */
  private List<Throwable> everywhere(String statement) {
    var failures = Collections.synchronizedList(new ArrayList<Throwable>());
    var ended = new AtomicInteger();
    for (int i = 0; i < connections; i++) {
      Cancellable _ =
          OwnContext.of(
                  vertx,
                  () ->
                      transactions.inTransaction(
                          tx -> tx.query(statement).call(() -> tx.query("SELECT pg_sleep(0.3)"))))
              .subscribe()
              .with(
                  done -> ended.incrementAndGet(),
                  failure -> {
                    failures.add(failure);
                    ended.incrementAndGet();
                  });
    }
    await().atMost(SOON).until(() -> ended.get() == connections);
    return List.copyOf(failures);
  }

  /** What follows a statement that failed is refused too, by a code that says nothing of why. */
  @ParameterizedTest
  @CsvSource({"SELECT 1 / $1::int,22012", "SELECT no_such_column + $1::int,42703"})
  void ofStatementsSentTogetherTheFirstFailureIsTold(String failing, String sqlState) {
    var failed = new AtomicReference<Throwable>();
    Cancellable _ =
        OwnContext.of(
                vertx,
                () ->
                    transactions.inTransaction(tx ->
                        Tx.pipelined(
                            List.of(
                                tx.query("SELECT 'before' || $1", run).replaceWithVoid(),
                                tx.query(failing, 0).replaceWithVoid(),
                                tx.query("SELECT 'after' || $1", run).replaceWithVoid(),
                                tx.query("SELECT 'last' || $1", run).replaceWithVoid()))))
            .subscribe()
            .with(done -> {}, failed::set);
    await().atMost(SOON).until(() -> failed.get() != null);
    assertThat(failed.get()).isInstanceOf(PgException.class);
    assertThat(((PgException) failed.get()).getSqlState()).isEqualTo(sqlState);
  }

  @ParameterizedTest
  @CsvSource({"SELECT 1 / $1::int,not committed", "SELECT 1 + $1::int,committed"})
  void whoWaitsForTheEndIsToldHowItWas(String statement, String expected) {
    var told = Collections.synchronizedList(new ArrayList<String>());
    var ended = new AtomicReference<String>();
    Cancellable _ =
        OwnContext.of(
                vertx,
                () ->
                    transactions.inTransaction(tx -> {
                      tx.afterCommit(() -> told.add("committed"));
                      tx.unlessCommitted(() -> told.add("not committed"));
                      return tx.query(statement, 0);
                    }))
            .subscribe()
            .with(done -> ended.set("well"), failure -> ended.set("badly"));
    await().atMost(SOON).until(() -> ended.get() != null);
    assertThat(told).containsExactly(expected);
  }

  private Uni<Integer> write(Tx tx, String who, AtomicInteger writing) {
    return tx.update(
            """
            INSERT INTO idempotency_keys (principal, key, fingerprint, created_at)
            VALUES ($1, gen_random_uuid()::text, '', now())
            """,
            who + run)
        .invoke(() -> writing.incrementAndGet());
  }

  private long keys(String who) {
    return database.number("SELECT count(*) FROM idempotency_keys WHERE principal = ?", who + run);
  }
}
