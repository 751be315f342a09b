package io.ordersystem.platform.reads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ordersystem.platform.cache.Cache;
import io.ordersystem.platform.cache.Version;
import io.ordersystem.platform.cache.Versioned;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.Position;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.StalePrimary;
import io.ordersystem.platform.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who answers, what of it is believed, and what is counted. */
class ReadsTest {
  private final Scripted replica = new Scripted("replica", at(1, 10));
  private final Scripted primary = new Scripted("primary", at(1, 9));
  private boolean configured = true;
  private boolean open = true;

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Reads reads = new Reads(new ScriptedServers(), metrics);

  private final class ScriptedServers implements Servers {
    @Override
    public Server primary() {
      return primary;
    }

    @Override
    public boolean hasStandbys() {
      return configured;
    }

    @Override
    public List<? extends Standby> standbys() {
      return configured && open ? List.of(replica) : List.of();
    }
  }

  /** A server that is where it is said to be, whatever its poller believes. */
  private static final class Scripted implements Standby {
    private final String name;
    private final List<Throwable> failures = new ArrayList<>();
    private Position at;
    private boolean believed = true;
    private boolean tooFar;
    private boolean located;
    private @Nullable Throwable failure;
    private int failing = Integer.MAX_VALUE;
    private @Nullable DomainException refusal;

    Scripted(String name, Position at) {
      this.name = name;
      this.at = at;
    }

    @Override
    public <T> Uni<Located<T>> read(boolean asked, Function<Statements, Uni<T>> reading) {
      located = asked;
      return failure != null && failing-- > 0
          ? Uni.createFrom().failure(failure)
          : reading
              .apply((sql, parameters) ->
                  refusal == null ? Uni.createFrom().nullItem() : Uni.createFrom().failure(refusal))
              .map(value -> new Located<>(value, asked ? at : null, name));
    }

    @Override
    public boolean covers(Position position) {
      return believed;
    }

    @Override
    public Uni<Boolean> await(Position position) {
      return Uni.createFrom().item(believed);
    }

    @Override
    public boolean isTooFarBehind(Position replayed) {
      return tooFar;
    }

    @Override
    public void failed(Throwable reason) {
      failures.add(reason);
    }
  }

  @Test
  void aReplicaAnswersWhoIsContentWithIt() {
    assertThat(read(null).source()).isEqualTo("replica");
    assertThat(read(at(1, 10)).source()).isEqualTo("replica");
    assertThat(counted("replica", "")).isEqualTo(2);
    assertThat(replica.located).isTrue();
  }

  @Test
  void itIsCountedWhyThePrimaryAnswers() {
    read(Position.BEYOND);
    assertThat(counted("primary", "asked")).isEqualTo(1);
    reads.readPrimary(ReadsTest::reading).await().indefinitely();
    assertThat(counted("primary", "asked")).isEqualTo(2);
    open = false;
    read(null);
    assertThat(counted("primary", "away")).isEqualTo(1);
    configured = false;
    read(null);
    assertThat(counted("primary", "unconfigured")).isEqualTo(1);
    assertThat(replica.failures).isEmpty();
  }

  @Test
  void noReplicaThatIsNearEnoughIsBehind() {
    replica.believed = false;
    assertThat(read(at(1, 10)).source()).isEqualTo("primary");
    assertThat(counted("primary", "behind")).isEqualTo(1);
  }

  @Test
  void aConnectionThatIsNotAsFarAsTheAddressWasIsBehind() {
    replica.at = at(1, 9);
    assertThat(read(at(1, 10)).source()).isEqualTo("primary");
    assertThat(counted("primary", "behind")).isEqualTo(1);
  }

  @Test
  void aConnectionThatIsTooFarBehindAnswersNobodyWhoeverWasAskedHowFarItIs() {
    replica.tooFar = true;
    assertThat(read(null).source()).isEqualTo("primary");
    assertThat(read(at(1, 10)).source()).isEqualTo("primary");
    assertThat(counted("primary", "lag")).isEqualTo(2);
  }

  @Test
  void aSlowReadingIsThePrimarysAndNotAFailure() {
    replica.failure = new TimeoutException();
    assertThat(read(null).source()).isEqualTo("primary");
    assertThat(counted("primary", "slow")).isEqualTo(1);
    assertThat(replica.failures).containsExactly(replica.failure);
  }

  @ParameterizedTest
  @ValueSource(strings = {"42P01", "40001", "57P01", "53300"})
  void aFailedReadingIsThePrimarys(String state) {
    replica.failure = new PgException("no", "ERROR", state, "");
    assertThat(read(null).source()).isEqualTo("primary");
    assertThat(counted("primary", "failed")).isEqualTo(1);
    assertThat(replica.failures).containsExactly(replica.failure);
  }

  /** There is nobody else to ask: another connection, another snapshot may do. */
  @Test
  void thePrimaryIsAskedThreeTimesWhatSucceedsOnAnotherConnection() {
    configured = false;
    for (Throwable passing :
        List.of(
            ClosedConnectionException.INSTANCE,
            new PgException("no", "ERROR", "42P01", ""),
            new PgException("no", "ERROR", "40001", ""))) {
      primary.failure = passing;
      primary.failing = 2;
      assertThat(read(null).source()).isEqualTo("primary");
      primary.failing = 3;
      assertThatThrownBy(() -> read(null))
          .extracting(thrown -> thrown.getCause() == null ? thrown : thrown.getCause())
          .isSameAs(passing);
    }
    primary.failure = new PgException("no", "ERROR", "42703", "");
    primary.failing = 1;
    assertThatThrownBy(() -> read(null)).isSameAs(primary.failure);
  }

  @Test
  void whatTheReplicaDoesNotKnowThePrimaryMay() {
    replica.refusal = new DomainException(ProblemType.NOT_FOUND, "none");
    assertThat(read(null).source()).isEqualTo("primary");
    assertThat(read(at(1, 10)).source()).isEqualTo("primary");
    assertThat(counted("primary", "missing")).isEqualTo(2);
    primary.refusal = replica.refusal;
    assertThatThrownBy(() -> read(null)).isSameAs(replica.refusal);
  }

  @Test
  void aRefusalStandsIfTheReplicaKnewWhatItsCallerKnows() {
    replica.refusal = new DomainException(ProblemType.FORBIDDEN, "not yours");
    assertThatThrownBy(() -> read(at(1, 10))).isSameAs(replica.refusal);
    assertThatThrownBy(() -> read(null)).isSameAs(replica.refusal);
    assertThat(counted("replica", "")).isEqualTo(2);
    assertThat(replica.failures).isEmpty();
  }

  @Test
  void aRefusalByAReplicaThatIsBehindIsNotBelieved() {
    replica.refusal = new DomainException(ProblemType.FORBIDDEN, "not yours yet");
    replica.at = at(1, 9);
    assertThat(read(at(1, 10)).source()).isEqualTo("primary");
    replica.tooFar = true;
    assertThat(read(null).source()).isEqualTo("primary");
  }

  /** It says one byte less than it has flushed, and a token is what was flushed. */
  @Test
  void aPrimaryThatHasFlushedTheTokenAnswersIt() {
    open = false;
    primary.at = at(1, 9);
    assertThat(read(at(1, 10)).source()).isEqualTo("primary");
  }

  @Test
  void aPrimaryThatHasNotIsNotBelievedWhateverItAnswers() {
    open = false;
    primary.at = at(1, 8);
    assertThatThrownBy(() -> read(at(1, 10)))
        .isInstanceOf(StalePrimary.class)
        .matches(SqlFailures::isUnavailable);
    primary.refusal = new DomainException(ProblemType.NOT_FOUND, "none");
    assertThatThrownBy(() -> read(at(1, 10))).isInstanceOf(StalePrimary.class);
    assertThatThrownBy(() -> read(null)).as("without a token").isSameAs(primary.refusal);
  }

  @Test
  void thePrimaryThatAReplicaIsLeftForIsJudgedToo() {
    replica.at = at(1, 9);
    primary.at = at(1, 8);
    assertThatThrownBy(() -> read(at(1, 10))).isInstanceOf(StalePrimary.class);
  }

  @Test
  void afterAFailoverAnOlderTokenIsAnsweredAndAnOlderServerIsNot() {
    open = false;
    primary.at = at(2, 5);
    assertThat(read(at(1, 10)).source()).isEqualTo("primary");
    primary.at = at(1, 99);
    assertThatThrownBy(() -> read(at(2, 5))).isInstanceOf(StalePrimary.class);
  }

  @Test
  void aTokenOfAnotherSystemSaysNothingOfThePrimary() {
    open = false;
    assertThat(read(new Position(8, 9, Long.MAX_VALUE)).source()).isEqualTo("primary");
  }

  /** A standby that is taken for the primary cannot say where it writes: 55000. */
  @Test
  void whoAsksForThePrimaryHasItSayThatItIsOne() {
    read(Position.BEYOND);
    assertThat(primary.located).isTrue();
    reads.readPrimary(ReadsTest::reading).await().indefinitely();
    assertThat(primary.located).isTrue();
    open = false;
    read(null);
    assertThat(primary.located).isFalse();
    assertThat(SqlFailures.isUnavailable(new PgException("no", "ERROR", "55000", ""))).isTrue();
  }

  @Test
  void whoAsksForThePrimaryIsNotLookedUpInTheCache() {
    var looked = new ArrayList<String>();
    var put = new ArrayList<String>();
    var cache =
        new Cache() {
          @Override
          public Uni<Map<String, Versioned>> get(List<String> keys) {
            looked.addAll(keys);
            return Uni.createFrom().item(Map.of());
          }

          @Override
          public void put(Map<String, Versioned> values, Instant until, Runnable done) {
            put.addAll(values.keySet());
            done.run();
          }

          @Override
          public void fence(Collection<String> keys, Version notBefore) {}
        };
    var cached = new CachedReads(reads, cache, Clock.systemUTC(), metrics);
    for (Position atLeast : new Position[] {Position.BEYOND, at(1, 10)}) {
      cached
          .read(
              atLeast,
              "row:" + atLeast.lsn(),
              Duration.ofMinutes(1),
              database -> Uni.createFrom().item(Buffer.buffer("x")))
          .await()
          .indefinitely();
    }
    assertThat(looked).containsExactly("row:10");
    assertThat(put).containsExactly("row:" + Long.MAX_VALUE, "row:10");
  }

  private Located<Boolean> read(@Nullable Position atLeast) {
    return reads.read(atLeast, false, ReadsTest::reading).await().indefinitely();
  }

  private static Uni<Boolean> reading(Statements database) {
    return database.query("SELECT").map(rows -> true);
  }

  private double counted(String source, String why) {
    return metrics.counter("reads.database", "source", source, "why", why).count();
  }

  private static Position at(int timeline, long lsn) {
    return new Position(7, timeline, lsn);
  }
}
