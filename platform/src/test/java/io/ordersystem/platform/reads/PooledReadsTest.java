package io.ordersystem.platform.reads;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersystem.platform.sql.Pooled;
import io.ordersystem.platform.sql.QueryTimes;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** With PostgreSQL, and PgBouncer in front of it. */
class PooledReadsTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int READINGS = 50;

  /** A position that another server has told says nothing of the rows. */
  @Test
  void whatIsReadAndHowFarItIsComeFromOneSession() {
    try (var pooler = new Pooled(2)) {
      var server =
          new PgServer(
              new Pool(pooler.pool(true, 4)),
              true,
              true,
              new QueryTimes(new SimpleMeterRegistry()));
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
}
