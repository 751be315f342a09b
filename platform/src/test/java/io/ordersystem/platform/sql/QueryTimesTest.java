package io.ordersystem.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryTimesTest {
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final QueryTimes times = new QueryTimes(metrics);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT a FROM orders WHERE id = $1 | SELECT orders",
        "SELECT a FROM orders_2026_11 | SELECT orders",
        "SELECT a FROM orders.orders_2026_11 o JOIN order_items i ON true | SELECT orders",
        "SELECT extract(epoch FROM now() - t) FROM outbox FOR UPDATE | SELECT outbox",
        "SELECT x FROM unnest($1::text[]) AS x | SELECT unnest",
        "INSERT INTO inbox (a) SELECT unnest($1) ON CONFLICT DO UPDATE SET a = 1 | INSERT inbox",
        "WITH gone AS (DELETE FROM a RETURNING b) INSERT INTO c SELECT b FROM gone | INSERT c",
        "UPDATE order_sagas s SET step = c.step FROM unnest($1) AS c | UPDATE order_sagas",
        "DELETE FROM parked_messages WHERE id = $1 | DELETE parked_messages",
        "SELECT 1 | SELECT",
        "BEGIN ISOLATION LEVEL SERIALIZABLE | BEGIN",
        "COMMIT | COMMIT",
      })
  void aStatementIsNamedByWhatItDoesToWhichTable(String sql, String name) {
    assertThat(QueryTimes.name(sql)).isEqualTo(name);
  }

  @Test
  void whatFailedTookTimeAsWell() {
    times.timed("primary", "SELECT 1", Uni.createFrom().item(1)).await().indefinitely();
    var failing =
        times.timed(
            "replica",
            "SELECT 1",
            Uni.createFrom().<Integer>failure(new IllegalStateException("no")));
    assertThatThrownBy(() -> failing.await().indefinitely()).hasMessage("no");
    assertThatThrownBy(() -> failing.await().indefinitely()).hasMessage("no");
    assertThat(count("primary")).isEqualTo(1);
    assertThat(count("replica")).isEqualTo(2);
  }

  private long count(String server) {
    return metrics
        .get("db.client.operation.duration")
        .tag("server", server)
        .tag("operation", "SELECT")
        .timer()
        .count();
  }
}
