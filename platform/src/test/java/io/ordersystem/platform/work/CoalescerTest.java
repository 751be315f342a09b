package io.ordersystem.platform.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.work.Coalescer.Limits;
import io.ordersystem.platform.work.Coalescer.Outcome;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CoalescerTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Limits LIMITS = new Limits(2, 3, 4, Duration.ofMinutes(1), Duration.ZERO);

  /** A batch that has begun and ends when the test says so. */
  private record Begun(List<String> asks, UniEmitter<? super List<Outcome<String>>> emitter) {
    void end() {
      emitter.complete(asks.stream().map(ask -> Outcome.of(ask + "!")).toList());
    }
  }

  private final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();

  @AfterAll
  static void close() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void startsAtOnceWhenIdleAndGathersWhileAllPlacesAreTaken() throws InterruptedException {
    var coalescer = coalescer(LIMITS);
    var answers = ask(coalescer, "a", "b", "c", "d", "e");
    Begun first = next();
    Begun second = next();
    assertThat(first.asks()).containsExactly("a");
    assertThat(second.asks()).containsExactly("b");
    assertThat(coalescer.depth()).isEqualTo(3);
    second.end();
    assertThat(next().asks()).containsExactly("c", "d", "e");
    assertThat(answers.get(1).join()).isEqualTo("b!");
    assertThat(answers.get(0)).isNotDone();
  }

  @Test
  void keepsItsPaceThoughPlacesAreFree() throws InterruptedException {
    var pace = Duration.ofMillis(300);
    var coalescer = coalescer(new Limits(2, 3, 4, Duration.ofMinutes(1), pace));
    long before = System.nanoTime();
    ask(coalescer, "a", "b", "c");
    Begun first = next();
    assertThat(first.asks()).containsExactly("a");
    first.end();
    Begun second = next();
    assertThat(second.asks()).containsExactly("b", "c");
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(pace.toNanos());
    ask(coalescer, "d");
    assertThat(next().asks()).as("another place is free").containsExactly("d");
  }

  @Test
  void aFullBatchDoesNotWaitForThePace() throws InterruptedException {
    var coalescer = coalescer(new Limits(2, 3, 4, Duration.ofMinutes(1), Duration.ofHours(1)));
    ask(coalescer, "a", "b", "c", "d");
    assertThat(next().asks()).containsExactly("a");
    assertThat(next().asks()).containsExactly("b", "c", "d");
  }

  @Test
  void refusesWhatIsMoreThanMayWait() throws InterruptedException {
    var coalescer = coalescer(LIMITS);
    var answers = ask(coalescer, "a", "b", "c", "d", "e", "f", "g");
    assertThatThrownBy(() -> answers.get(6).join())
        .cause()
        .asInstanceOf(type(DomainException.class))
        .extracting(DomainException::type)
        .isEqualTo(ProblemType.UNAVAILABLE);
    next().end();
    assertThat(next().asks()).containsExactly("b");
    assertThat(next().asks()).containsExactly("c", "d", "e");
  }

  @Test
  void refusesWhoHasWaitedTooLong() throws InterruptedException {
    var coalescer = coalescer(new Limits(1, 3, 4, Duration.ofMillis(300), Duration.ZERO));
    var answers = ask(coalescer, "a", "b");
    Begun first = next();
    assertThatThrownBy(() -> answers.get(1).join()).hasCauseInstanceOf(DomainException.class);
    assertThat(answers.get(0)).isNotDone();
    first.end();
    assertThat(answers.get(0).join()).isEqualTo("a!");
  }

  @Test
  void aBatchOfSomebodyElseNeedNotWaitForAKeyThatIsBusy() throws InterruptedException {
    var coalescer = coalescer(LIMITS);
    ask(coalescer, "a1", "a2");
    next();
    CompletableFuture<String> ready =
        coalescer.inTurn(() -> Uni.createFrom().item("done")).subscribeAsCompletionStage();
    assertThat(ready.join()).isEqualTo("done");
  }

  @Test
  void neverWorksOnOneKeyTwiceAtATimeAndKeepsItsOrder() throws InterruptedException {
    var coalescer = coalescer(LIMITS);
    ask(coalescer, "a1", "b1", "a2", "a3", "c1");
    Begun first = next();
    next().end();
    Begun third = next();
    assertThat(third.asks()).containsExactly("c1");
    first.end();
    Begun fourth = next();
    assertThat(fourth.asks()).containsExactly("a2");
    fourth.end();
    assertThat(next().asks()).containsExactly("a3");
  }

  @Test
  void leavesOutWhoHasGone() throws InterruptedException {
    var coalescer = coalescer(new Limits(1, 3, 4, Duration.ofMinutes(1), Duration.ZERO));
    ask(coalescer, "a");
    var gone = coalescer.ask("b").subscribe().with(answer -> {});
    ask(coalescer, "c");
    gone.cancel();
    next().end();
    assertThat(next().asks()).containsExactly("c");
  }

  @Test
  void aBatchThatFailsFailsOnlyTheOneWhoseFaultItIs() {
    var coalescer = failing("x", failure -> false);
    var answers = ask(coalescer, "a", "b", "x", "c", "d");
    assertThat(answers.get(3).join()).isEqualTo("c!");
    assertThat(answers.get(4).join()).isEqualTo("d!");
    assertThatThrownBy(() -> answers.get(2).join())
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("x is odd");
  }

  @Test
  void aFailureThatIsEverybodysIsToldToEverybodyAtOnce() {
    var coalescer = failing("x", failure -> true);
    var answers = ask(coalescer, "a", "b", "x", "c");
    assertThat(answers.get(0).join()).isEqualTo("a!");
    assertThatThrownBy(() -> answers.get(2).join()).hasMessageContaining("x is odd");
    assertThatThrownBy(() -> answers.get(3).join()).hasMessageContaining("x is odd");
  }

  @Test
  void aBatchOfSomebodyElseTakesAPlaceInItsTurn() throws InterruptedException {
    var coalescer = coalescer(new Limits(1, 3, 4, Duration.ofMinutes(1), Duration.ZERO));
    ask(coalescer, "a", "b");
    CompletableFuture<String> ready =
        coalescer.inTurn(() -> Uni.createFrom().item("done")).subscribeAsCompletionStage();
    ask(coalescer, "c");
    next().end();
    Begun second = next();
    assertThat(second.asks()).containsExactly("b");
    assertThat(ready).isNotDone();
    second.end();
    assertThat(ready.join()).isEqualTo("done");
    assertThat(next().asks()).containsExactly("c");
  }

  private Coalescer<String, String> coalescer(Limits limits) {
    return new Coalescer<>(
        VERTX,
        limits,
        ask -> List.of(ask.substring(0, 1)),
        asks -> Uni.createFrom().emitter(end -> begun.add(new Begun(asks, end))),
        failure -> false);
  }

  /** One place only; a batch with the odd one in it fails, but not before others could gather. */
  private Coalescer<String, String> failing(String odd, Predicate<Throwable> spreads) {
    return new Coalescer<>(
        VERTX,
        new Limits(1, 8, 8, Duration.ofMinutes(1), Duration.ZERO),
        List::of,
        asks ->
            Uni.createFrom()
                .item(asks)
                .onItem()
                .delayIt()
                .by(Duration.ofMillis(20))
                .map(given -> {
                  if (given.contains(odd)) {
                    throw new IllegalStateException(odd + " is odd");
                  }
                  return given.stream().map(ask -> Outcome.of(ask + "!")).toList();
                }),
        spreads);
  }

  private static List<CompletableFuture<String>> ask(
      Coalescer<String, String> coalescer, String... asks) {
    var answers = new ArrayList<CompletableFuture<String>>();
    for (String ask : asks) {
      answers.add(coalescer.ask(ask).subscribeAsCompletionStage());
    }
    return answers;
  }

  private Begun next() throws InterruptedException {
    Begun next = begun.poll(5, TimeUnit.SECONDS);
    assertThat(next).as("a batch that begins").isNotNull();
    return next;
  }
}
