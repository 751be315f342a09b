package io.ordersystem.devstack.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.bench.StatementLog.Executed;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementLogTest {
  @Test
  void readsStatementsWithTheirParameters() {
    List<Executed> executed =
        StatementLog.parsed(
            """
            2026-11-27 02:00:00.000 UTC|orders|11|LOG:  duration: 0.021 ms  statement: BEGIN
            2026-11-27 02:00:00.001 UTC|orders|11|LOG:  duration: 0.080 ms  bind P0001: SELECT 1
            2026-11-27 02:00:00.001 UTC|orders|11|DETAIL:  Parameters: $1 = 'bound, not executed'
            2026-11-27 02:00:00.002 UTC|orders|11|LOG:  duration: 0.105 ms  execute P0001: INSERT INTO t (a, b, c)
            \tVALUES ($1, $2, $3)
            2026-11-27 02:00:00.002 UTC|orders|11|DETAIL:  Parameters: $1 = '{"it''s": 1}', $2 = NULL, $3 = '{a,b}'
            2026-11-27 02:00:00.003 UTC|postgres|12|LOG:  duration: 0.105 ms  execute <unnamed>: SELECT $1
            2026-11-27 02:00:00.003 UTC|postgres|12|DETAIL:  Parameters: $1 = 'nobody''s'
            2026-11-27 02:00:00.004 UTC|orders|11|LOG:  checkpoint starting: time
            2026-11-27 02:00:00.005 UTC|payments|13|LOG:  duration: 0.001 ms  execute S_3: SELECT last_value FROM p
            """);
    assertThat(executed)
        .containsExactly(
            new Executed("orders", 11, "BEGIN", List.of()),
            new Executed(
                "orders",
                11,
                "INSERT INTO t (a, b, c)\nVALUES ($1, $2, $3)",
                Arrays.asList("{\"it's\": 1}", null, "{a,b}")),
            new Executed("payments", 13, "SELECT last_value FROM p", List.of()));
  }
}
