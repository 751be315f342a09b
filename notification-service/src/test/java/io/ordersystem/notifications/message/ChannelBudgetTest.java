package io.ordersystem.notifications.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.notifications.message.ChannelsConfig.Limit;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Transactions;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A bucket that all replicas share. */
@QuarkusTest
@SuppressWarnings("NullAway.Init") // CDI fills the fields before each test
class ChannelBudgetTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final String CHANNEL = "TELEGRAPH";

  @Inject Transactions transactions;
  @Inject Vertx vertx;

  private final ChannelBudget budget = budget(OptionalDouble.of(2.5), 10);

  @BeforeEach
  void forget() {
    TestDatabase.ofService("notification")
        .execute("DELETE FROM channel_budgets WHERE channel = 'TELEGRAPH'");
  }

  @Test
  void givesABurstAndThenWhatTimeBrings() {
    assertThat(take(budget, 7, NOON)).isEqualTo(7);
    assertThat(take(budget, 7, NOON)).isEqualTo(3);
    assertThat(take(budget, 7, NOON)).isZero();
    assertThat(take(budget, 7, NOON.plusMillis(300))).isZero();
    assertThat(take(budget, 7, NOON.plusMillis(1000))).isEqualTo(2);
    assertThat(take(budget, 7, NOON.plusMillis(1200))).isEqualTo(1);
  }

  @Test
  void holdsNoMoreThanTheBurst() {
    assertThat(take(budget, 1, NOON)).isEqualTo(1);
    assertThat(take(budget, 100, NOON.plus(Duration.ofDays(1)))).isEqualTo(10);
  }

  @Test
  void isNotRefilledByAClockThatIsBehind() {
    assertThat(take(budget, 10, NOON)).isEqualTo(10);
    assertThat(take(budget, 10, NOON.minusSeconds(60))).isZero();
    assertThat(take(budget, 10, NOON.plusSeconds(2))).isEqualTo(5);
  }

  @Test
  void hasNoLimitWhereNoneIsConfigured() {
    assertThat(take(budget(OptionalDouble.empty(), 10), 500, NOON)).isEqualTo(500);
    assertThat(take(new ChannelBudget(Map::of), 500, NOON)).isEqualTo(500);
  }

  @Test
  void givesTwentyAtOnceNoMoreThanThereIs() {
    try (var threads = Executors.newFixedThreadPool(20)) {
      List<CompletableFuture<Integer>> takers =
          IntStream.range(0, 20)
              .mapToObj(i -> CompletableFuture.supplyAsync(() -> take(budget, 1, NOON), threads))
              .toList();
      assertThat(takers.stream().mapToInt(CompletableFuture::join).sum()).isEqualTo(10);
    }
  }

  @Test
  void spendsNothingInATransactionThatIsRolledBack() {
    var undone = new IllegalStateException("undone");
    Uni<Integer> failing =
        OwnContext.of(
            vertx,
            () ->
                transactions.inTransaction(tx ->
                    budget
                        .take(tx, CHANNEL, 10, NOON)
                        .chain(() -> Uni.createFrom().failure(undone))));
    assertThat(
            failing
                .onFailure(IllegalStateException.class)
                .recoverWithItem(-1)
                .await()
                .atMost(Duration.ofSeconds(10)))
        .isEqualTo(-1);
    assertThat(take(budget, 10, NOON)).isEqualTo(10);
  }

  private int take(ChannelBudget from, int wanted, Instant now) {
    return OwnContext.of(
            vertx, () -> transactions.inTransaction(tx -> from.take(tx, CHANNEL, wanted, now)))
        .await()
        .atMost(Duration.ofSeconds(20));
  }

  private static ChannelBudget budget(OptionalDouble rate, int burst) {
    var limit =
        new Limit() {
          @Override
          public OptionalDouble ratePerSecond() {
            return rate;
          }

          @Override
          public int burst() {
            return burst;
          }
        };
    return new ChannelBudget(() -> Map.of("telegraph", limit));
  }
}
