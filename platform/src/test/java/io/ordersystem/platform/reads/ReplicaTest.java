package io.ordersystem.platform.reads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ordersystem.platform.sql.Position;
import io.ordersystem.platform.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each question for the position stays open until the test answers it. */
class ReplicaTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(100);

  private final Vertx vertx = Vertx.vertx();
  private final Queue<UniEmitter<? super Position>> questions = new ConcurrentLinkedQueue<>();
  private final AtomicInteger asked = new AtomicInteger();
  private long seconds = 1_000;
  private final PrimaryLog primary = new PrimaryLog(() -> TimeUnit.SECONDS.toNanos(seconds));

  private record Config(Duration patience, Duration answerWithin, Duration backOff)
      implements ReadsConfig {
    @Override
    public Optional<List<String>> replicas() {
      return Optional.empty();
    }

    @Override
    public int replicaConnections() {
      return 1;
    }

    @Override
    public int slowLimit() {
      return 3;
    }

    @Override
    public Duration maxLag() {
      return Duration.ofSeconds(10);
    }
  }

  /** A reading is answered when its statements are. */
  private static final class Readings implements Server {
    @Override
    public <T> Uni<Located<T>> read(boolean located, Function<Statements, Uni<T>> reading) {
      return reading
          .apply((sql, parameters) -> Uni.createFrom().nothing())
          .map(value -> new Located<>(value, at(10), "replica"));
    }
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void itIsAwayUntilItHasSaidWhereItIs() {
    var replica = replica(LONG, LONG, LONG);
    primary.note(at(10));
    assertThat(replica.isOpen()).isFalse();
    assertThat(now(replica.await(at(1)))).hasValue(false);
    replica.ask();
    assertThat(replica.isOpen()).isFalse();
    answer(at(10));
    assertThat(replica.isOpen()).isTrue();
    assertThat(replica.covers(at(10))).isTrue();
    assertThat(replica.covers(at(11))).isFalse();
  }

  @Test
  void thereIsOneQuestionAtATimeHoweverManyWait() {
    var replica = open(LONG, LONG, LONG);
    int before = asked.get();
    for (int n = 0; n < 10; n++) {
      now(replica.await(at(20)));
      replica.ask();
    }
    assertThat(asked.get()).isEqualTo(before + 1);
  }

  @Test
  void aWaiterIsToldAsSoonAsItIsThereAndNotBefore() {
    var replica = open(LONG, LONG, LONG);
    var near = now(replica.await(at(20)));
    var far = now(replica.await(at(30)));
    answer(at(19));
    assertThat(near).hasNullValue();
    answerNext(at(20));
    assertThat(near).hasValue(true);
    assertThat(far).hasNullValue();
    answerNext(at(31));
    assertThat(far).hasValue(true);
  }

  @Test
  void whatWasWaitedForInVainIsNotWaitedForAgainUntilItIsThere() {
    var replica = open(SHORT, LONG, LONG);
    var first = now(replica.await(at(20)));
    assertThat(first).hasNullValue();
    await().atMost(SOON).untilAsserted(() -> assertThat(first).hasValue(false));
    assertThat(now(replica.await(at(20)))).hasValue(false);
    assertThat(now(replica.await(at(21)))).hasValue(false);
    assertThat(now(replica.await(at(19)))).as("nearer than that").hasNullValue();
    answerNext(at(20));
    assertThat(now(replica.await(at(21)))).hasNullValue();
  }

  @Test
  void anotherHistoryIsNotWaitedFor() {
    var replica = open(LONG, LONG, LONG);
    assertThat(now(replica.await(new Position(7, 2, 11)))).hasValue(false);
    assertThat(now(replica.await(Position.BEYOND))).hasValue(false);
  }

  @Test
  void soManyMayWaitAndNoMore() {
    var replica = open(LONG, LONG, LONG);
    var waiters = new ArrayList<AtomicReference<Boolean>>();
    for (int n = 0; n < Replica.MOST_WAITERS; n++) {
      waiters.add(now(replica.await(at(20))));
    }
    assertThat(waiters).allSatisfy(one -> assertThat(one).hasNullValue());
    assertThat(now(replica.await(at(20)))).hasValue(false);
    answer(at(20));
    assertThat(waiters).allSatisfy(one -> assertThat(one).hasValue(true));
    assertThat(now(replica.await(at(30)))).as("there is room again").hasNullValue();
  }

  @Test
  void aWaiterThatGoesLeavesItsPlace() {
    var replica = open(LONG, LONG, LONG);
    for (int n = 0; n < Replica.MOST_WAITERS + 1; n++) {
      replica.await(at(20)).subscribe().with(there -> {}).cancel();
    }
    assertThat(now(replica.await(at(20)))).hasNullValue();
  }

  @Test
  void aQuestionThatFailsMeansThatItIsAwayAndTheNextAnswerThatItIsBack() {
    var replica = open(LONG, LONG, LONG);
    var waiter = now(replica.await(at(20)));
    questions.remove().fail(new IOException("gone"));
    assertThat(replica.isAway()).isTrue();
    assertThat(waiter).hasValue(false);
    replica.ask();
    answer(at(12));
    assertThat(replica.isOpen()).isTrue();
  }

  @Test
  void aQuestionThatIsNotAnsweredInTimeMeansThatItIsAwayAndNoOtherIsAskedUntilItEnds() {
    var replica = open(LONG, SHORT, LONG);
    replica.ask();
    int before = asked.get();
    await().atMost(SOON).until(replica::isAway);
    replica.ask();
    assertThat(asked.get()).isEqualTo(before);
    answer(at(12));
    assertThat(replica.isAway()).as("too late for that question").isTrue();
    replica.ask();
    answer(at(12));
    assertThat(replica.isOpen()).isTrue();
  }

  @Test
  void aReadingThatTakesTooLongIsGivenUp() {
    var replica = open(LONG, SHORT, LONG);
    assertThatThrownBy(
            () -> replica.read(true, statements -> statements.query("slow")).await().atMost(SOON))
        .hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void slowReadingsLeaveItThereAndSeveralLeaveItAloneForAWhile() {
    var replica = open(LONG, LONG, SHORT);
    var waiter = now(replica.await(at(20)));
    replica.failed(new TimeoutException());
    replica.failed(new TimeoutException());
    assertThat(replica.isOpen()).isTrue();
    assertThat(waiter).hasNullValue();
    replica.failed(new TimeoutException());
    assertThat(replica.isAway()).isFalse();
    assertThat(replica.isOpen()).isFalse();
    assertThat(waiter).hasValue(false);
    assertThat(now(replica.await(at(20)))).hasValue(false);
    answer(at(12));
    await().atMost(SOON).until(replica::isOpen);
    assertThat(now(replica.await(at(20)))).hasNullValue();
  }

  /** The question's answer is no reason to read from it before. */
  @Test
  void anAnswerDoesNotEndTheBackOff() {
    var replica = open(LONG, LONG, LONG);
    for (int n = 0; n < 3; n++) {
      replica.failed(new TimeoutException());
    }
    replica.ask();
    answer(at(12));
    assertThat(replica.isAway()).isFalse();
    assertThat(replica.isOpen()).isFalse();
  }

  @Test
  void aRefusedConnectionMeansThatItIsAway() {
    var replica = open(LONG, LONG, LONG);
    replica.failed(new ConnectException("Connection refused"));
    assertThat(replica.isAway()).isTrue();
    replica.ask();
    answer(at(12));
    replica.failed(refusal("57P03"));
    assertThat(replica.isAway()).isTrue();
  }

  @Test
  void aBrokenConnectionHasItAskedAtOnce() {
    var replica = open(LONG, LONG, LONG);
    int before = asked.get();
    replica.failed(new IOException("Connection reset by peer"));
    assertThat(replica.isOpen()).isTrue();
    assertThat(asked.get()).isEqualTo(before + 1);
    questions.remove().fail(new ConnectException("Connection refused"));
    assertThat(replica.isAway()).isTrue();
  }

  @Test
  void aReadingThatItRefusesSaysNothingOfIt() {
    var replica = open(LONG, LONG, LONG);
    int before = asked.get();
    for (String state : List.of("42P01", "40001", "57014", "53300")) {
      for (int n = 0; n < 10; n++) {
        replica.failed(refusal(state));
      }
    }
    assertThat(replica.isOpen()).isTrue();
    assertThat(asked.get()).isEqualTo(before);
  }

  @Test
  void whatIsTooFarBehindIsMeasuredByThePrimary() {
    var replica = open(LONG, LONG, LONG);
    primary.note(at(20));
    seconds += 10;
    primary.note(at(30));
    assertThat(replica.isTooFarBehind(at(10))).isFalse();
    seconds += 1;
    assertThat(replica.isTooFarBehind(at(10))).isTrue();
    assertThat(replica.isTooFarBehind(at(20))).isFalse();
    assertThat(replica.isTooFarBehind(new Position(7, 2, 99))).as("another history").isTrue();
    assertThat(replica.isOpen()).as("as it was when it was asked").isTrue();
    replica.ask();
    answer(at(10));
    assertThat(replica.isOpen()).isFalse();
    assertThat(replica.isAway()).isFalse();
  }

  private Replica replica(Duration patience, Duration answerWithin, Duration backOff) {
    return new Replica(
        "replica:5432",
        new Readings(),
        () -> Uni.createFrom().<Position>emitter(this::question),
        primary,
        new Config(patience, answerWithin, backOff),
        vertx);
  }

  private Replica open(Duration patience, Duration answerWithin, Duration backOff) {
    primary.note(at(10));
    var replica = replica(patience, answerWithin, backOff);
    replica.ask();
    answer(at(10));
    assertThat(replica.isOpen()).isTrue();
    return replica;
  }

  private void question(UniEmitter<? super Position> answer) {
    asked.incrementAndGet();
    questions.add(answer);
  }

  private void answer(Position position) {
    questions.remove().complete(position);
  }

  /** The question that follows while somebody waits. */
  private void answerNext(Position position) {
    await().atMost(SOON).until(() -> !questions.isEmpty());
    answer(position);
  }

  /** What it has come to so far. */
  private static AtomicReference<Boolean> now(Uni<Boolean> awaited) {
    var answer = new AtomicReference<Boolean>();
    Cancellable _ = awaited.subscribe().with(answer::set);
    return answer;
  }

  private static PgException refusal(String state) {
    return new PgException("no", "ERROR", state, "");
  }

  private static Position at(long lsn) {
    return new Position(7, 1, lsn);
  }
}
