package io.ordersystem.platform.reads;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersystem.platform.sql.Pooled;
import io.ordersystem.platform.sql.QueryTimes;
import io.ordersystem.platform.sql.SqlFailures;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** With PostgreSQL, and PgBouncer in front of it. */
class PooledReadsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int READINGS = 50;

  /** A position that another server has told says nothing of the rows. */
  @Test
  void whatIsReadAndHowFarItIsComeFromOneSession() {
    try (var pooler = new Pooled(2)) {
      PgServer server = server(pooler.pool(true, 4));
      long before = pooler.assignments();
      for (int n = 0; n < READINGS; n++) {
        var read =
            server
                .read(
                    true,
                    database ->
                        database
                            .query("SELECT current_setting('transaction_isolation') AS level")
                            .map(rows -> rows.iterator().next().getString("level")))
                .await()
                .atMost(SOON);
        assertThat(read.position()).isNotNull();
        assertThat(read.value()).isEqualTo("repeatable read");
      }
      assertThat(pooler.assignments() - before).isEqualTo(READINGS);
    }
  }

  /** A read is tried again when a connection breaks, but not to queue three times as long. */
  @Test
  void whoHasWaitedForASessionIsToldAndDoesNotQueueAgain() {
    try (var pooler = new Pooled(1)) {
      var pool = pooler.pool(true, 2);
      var reads = new Reads(PgServerTest.only(server(pool)), new SimpleMeterRegistry());
      var busy = Pooled.result(pool.getConnection());
      Pooled.result(busy.query("BEGIN").execute());
      var attempts = new AtomicInteger();
      assertThat(
              PgServerTest.failure(() ->
                  reads
                      .readPrimary(database -> {
                        attempts.incrementAndGet();
                        return database.query("SELECT 1");
                      })
                      .await()
                      .atMost(SOON)))
          .matches(SqlFailures::isUnavailable, "the database is away");
      assertThat(attempts).hasValue(1);
      Pooled.result(busy.query("ROLLBACK").execute());
    }
  }

  private static PgServer server(io.vertx.sqlclient.Pool pool) {
    return new PgServer(new Pool(pool), true, true, new QueryTimes(new SimpleMeterRegistry()));
  }
}
