package io.ordersystem.platform.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeasedWorkTest {
  private final Queue<Integer> due = new ArrayDeque<>();
  private final List<Integer> asked = new ArrayList<>();
  private final List<Integer> done = new ArrayList<>();
  private final Map<Integer, UniEmitter<? super Void>> underWay = new TreeMap<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Draining draining = new Draining(Duration.ofSeconds(10));
  private final LeasedWork<Integer> work =
      new LeasedWork<>("test", 2, this::claim, this::call, draining, metrics);

  @Test
  void claimsOnlyWhatCanBeginAtOnce() {
    due.addAll(List.of(1, 2, 3));
    start();
    assertThat(underWay.keySet()).containsExactly(1, 2);
    start();
    assertThat(asked).as("no place is free, so nothing is claimed").containsExactly(2);
    finish(1);
    start();
    assertThat(underWay.keySet()).containsExactly(2, 3);
    finish(2);
    finish(3);
    assertThat(done).containsExactly(1, 2, 3);
  }

  @Test
  void goesOnWhileEveryPlaceWasTaken() {
    due.addAll(List.of(1, 2, 3));
    start();
    finish(1);
    finish(2);
    assertThat(underWay.keySet()).containsExactly(3);
  }

  @Test
  void placesAreKeptForWhatIsClaimedWhileItIsMade() {
    LeasedWork<Integer>.Kept kept = work.keep(3);
    assertThat(kept.places()).isEqualTo(2);
    assertThat(work.keep(1).places()).isZero();
    due.add(7);
    assertThat(begin()).isTrue();
    assertThat(underWay).as("every place is kept").isEmpty();
    kept.begin(List.of(1));
    assertThat(underWay.keySet()).as("the other place is for who asked").containsExactly(1, 7);
    kept.giveBack();
    assertThat(work.keep(1).places()).as("given back once").isZero();
    finish(1);
    finish(7);
    LeasedWork<Integer>.Kept vain = work.keep(2);
    vain.giveBack();
    assertThat(work.keep(2).places()).isEqualTo(2);
  }

  @Test
  void noPlaceIsKeptBeforeWhatMayHaveWaitedForLonger() {
    due.add(1);
    begin();
    assertThat(underWay.keySet()).containsExactly(1);
    assertThat(work.keep(1).places()).as("the claim found something").isZero();
    finish(1);
    assertThat(work.keep(1).places()).as("nothing is left").isEqualTo(1);
  }

  @Test
  void noMoreBeginThanThereArePlaces() {
    LeasedWork<Integer>.Kept kept = work.keep(1);
    assertThatThrownBy(() -> kept.begin(List.of(1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(underWay).isEmpty();
    assertThat(work.keep(2).places()).isEqualTo(2);
  }

  @Test
  void whatHasBegunHoldsUpNobodyWhoComesLater() {
    due.addAll(List.of(1));
    assertThat(begin()).as("completes although 1 is under way").isTrue();
    due.addAll(List.of(2, 3, 4));
    assertThat(begin()).isTrue();
    assertThat(underWay.keySet()).containsExactly(1, 2);
    finish(2);
    assertThat(underWay.keySet()).as("whoever ends makes room").containsExactly(1, 3);
    fail(3);
    assertThat(underWay.keySet()).containsExactly(1, 4);
    finish(1);
    finish(4);
    int claims = asked.size();
    due.add(5);
    assertThat(underWay).as("an empty claim ends it").isEmpty();
    begin();
    assertThat(underWay.keySet()).containsExactly(5);
    assertThat(asked).hasSize(claims + 1);
    finish(5);
  }

  @Test
  void piecesThatAreApartAreNotLookedForAtTheEndOfEach() {
    var apart =
        new LeasedWork<Integer>("apart", 2, this::claim, this::call, true, draining, metrics);
    due.add(1);
    apart.begin().subscribe().with(begun -> {});
    finish(1);
    assertThat(asked).as("the claim of 1 could have taken more").containsExactly(2);
    due.addAll(List.of(2, 3, 4));
    apart.begin().subscribe().with(begun -> {});
    finish(2);
    assertThat(underWay.keySet()).as("every place was taken").containsExactly(3, 4);
    finish(3);
    finish(4);
    assertThat(done).containsExactly(1, 2, 3, 4);
    assertThat(asked).containsExactly(2, 2, 1, 1);
  }

  @Test
  void goesOnAlsoWhenAClaimIsGivenLessThanThereArePlaces() {
    // As one endpoint gets no more than its share, whatever waits for it.
    var oneAtATime =
        new LeasedWork<Integer>(
            "shares",
            8,
            free ->
                Uni.createFrom()
                    .item(due.isEmpty() || !underWay.isEmpty() ? List.of() : List.of(due.remove())),
            this::call,
            draining,
            metrics);
    due.addAll(List.of(1, 2, 3));
    oneAtATime.begin().subscribe().with(begun -> {});
    finish(1);
    // Finds nothing, because 2 is under way.
    oneAtATime.begin().subscribe().with(begun -> {});
    finish(2);
    finish(3);
    assertThat(done).containsExactly(1, 2, 3);
  }

  @Test
  void aDatabaseThatIsAwayIsNotAskedWithoutAPause() {
    var away = new AtomicBoolean();
    var claims = new AtomicInteger();
    var waiting =
        new LeasedWork<Integer>(
            "away",
            2,
            free -> {
              claims.incrementAndGet();
              return away.get()
                  ? Uni.createFrom().failure(new ConnectException("planted"))
                  : claim(free);
            },
            this::call,
            draining,
            metrics);
    due.addAll(List.of(1, 2, 3));
    waiting.begin().subscribe().with(begun -> {});
    away.set(true);
    finish(1);
    assertThat(claims).as("once, and then not before the next pass").hasValue(2);
    finish(2);
    assertThat(claims).hasValue(2);
    away.set(false);
    waiting.begin().subscribe().with(begun -> {});
    assertThat(underWay.keySet()).containsExactly(3);
    finish(3);
  }

  @Test
  void aPieceThatFailsDisturbsNoOtherAndFreesItsPlace() {
    due.addAll(List.of(1, 2));
    start();
    fail(1);
    finish(2);
    assertThat(done).containsExactly(2);
    assertThat(metrics.counter("work.failures", "work", "test").count()).isEqualTo(1);
    due.addAll(List.of(3, 4));
    start();
    assertThat(underWay.keySet()).containsExactly(3, 4);
  }

  @Test
  void aClaimThatFailsGivesItsPlacesBack() {
    var failing =
        new LeasedWork<Integer>(
            "test",
            2,
            free -> {
              asked.add(free);
              return Uni.createFrom().failure(new IOException("away"));
            },
            this::call,
            draining,
            metrics);
    failing.pass().await().indefinitely();
    failing.pass().await().indefinitely();
    assertThat(asked).containsExactly(2, 2);
  }

  @Test
  void theEndOfTheProcessWaitsForPiecesAndClaimsNoMore() throws Exception {
    due.addAll(List.of(1, 2, 3));
    work.begin().subscribe().with(begun -> {});
    assertThat(underWay.keySet()).containsExactly(1, 2);
    var stop = stopThatWaits();
    finish(1);
    assertThat(underWay.keySet()).as("no place is taken again").containsExactly(2);
    finish(2);
    stop.get(10, TimeUnit.SECONDS);
    assertThat(work.pass().subscribeAsCompletionStage()).isCompleted();
    assertThat(done).containsExactly(1, 2);
    assertThat(due).containsExactly(3);
  }

  @Test
  void aPassThatHasMoreToClaimEndsWithTheProcess() throws Exception {
    due.addAll(List.of(1, 2, 3, 4));
    var pass = work.pass().subscribeAsCompletionStage();
    assertThat(underWay.keySet()).containsExactly(1, 2);
    var stop = stopThatWaits();
    finish(1);
    finish(2);
    stop.get(10, TimeUnit.SECONDS);
    assertThat(pass).isCompleted();
    assertThat(due).containsExactly(3, 4);
  }

  /** The end of the process, which waits for what is under way. */
  private CompletableFuture<Void> stopThatWaits() {
    var stop =
        CompletableFuture.runAsync(() -> {
          try {
            draining.stop(new ShutdownEvent());
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    assertThatThrownBy(() -> stop.get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    return stop;
  }

  private void start() {
    work.pass().subscribe().with(ended -> {});
  }

  private boolean begin() {
    var begun = new AtomicBoolean();
    work.begin().subscribe().with(ended -> begun.set(true));
    return begun.get();
  }

  private Uni<List<Integer>> claim(int free) {
    asked.add(free);
    var claimed = new ArrayList<Integer>();
    while (claimed.size() < free && !due.isEmpty()) {
      claimed.add(due.remove());
    }
    return Uni.createFrom().item(claimed);
  }

  private Uni<Void> call(int piece) {
    return Uni.createFrom().emitter(emitter -> underWay.put(piece, emitter));
  }

  private void finish(int piece) {
    done.add(piece);
    Objects.requireNonNull(underWay.remove(piece)).complete(null);
  }

  private void fail(int piece) {
    Objects.requireNonNull(underWay.remove(piece)).fail(new IllegalStateException("planted"));
  }
}
