package io.ordersystem.platform.work;

import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.Consistency;
import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Position;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches of what many callers ask at once, so that they queue here and not in a row lock. An
 * ask that finds a free place starts at once; while all places are taken, asks gather and become
 * the next batch together. Nobody waits for a batch to fill, unless a pace is set: then asks gather
 * also until the last batch is so long ago.
 *
 * <p>Everything is bounded: the places, the size of a batch, the queue ({@code 503} when it is
 * full) and the time in it ({@code 503} when it was too long). Asks that share a key are never in
 * work at the same time and keep their order.
 *
 * @param <Q> what is asked
 * @param <R> what is answered
 */
public final class Coalescer<Q, R> {
  /** How often within its patience an ask is looked at. */
  private static final int LOOKS = 8;

  private final Limits limits;
  private final Function<Q, Collection<String>> keys;
  private final Function<List<Q>, Uni<List<Outcome<R>>>> work;
  private final Predicate<Throwable> spreads;
  private final Vertx vertx;

  private final Deque<Waiting> queue = new ArrayDeque<>();
  private final Set<String> busy = new HashSet<>();
  private final Pace pace;
  private int running;
  private boolean watching;
  private boolean pacing;
  private int asks;

  /**
   * A coalescer that works with the given function.
   *
   * @param keys what an ask must not share with another that is in work
   * @param work answers a batch: as many outcomes as asks, in their order
   * @param spreads whether a failure of the whole batch is everybody's; another one may be the
   *     fault of one ask, so the batch is halved until that one is alone with it
   */
  public Coalescer(
      Vertx vertx,
      Limits limits,
      Function<Q, Collection<String>> keys,
      Function<List<Q>, Uni<List<Outcome<R>>>> work,
      Predicate<Throwable> spreads) {
    this.vertx = vertx;
    this.limits = limits;
    this.pace = new Pace(limits.pace());
    this.keys = keys;
    this.work = work;
    this.spreads = spreads;
  }

  /**
   * What is allowed.
   *
   * @param inWork batches at the same time
   * @param batch asks per batch
   * @param queue asks that may wait
   * @param patience how long one may wait
   * @param pace the least time from the beginning of a batch to the next one's, unless enough wait
   *     to fill it: for asks that need no quick answer; zero for none
   */
  public record Limits(int inWork, int batch, int queue, Duration patience, Duration pace) {}

  /** What became of one ask: an answer, or the failure that its caller gets. */
  public record Outcome<R>(@Nullable R answer, @Nullable Throwable failure) {
    public static <R> Outcome<R> of(R answer) {
      return new Outcome<>(answer, null);
    }

    public static <R> Outcome<R> failed(Throwable failure) {
      return new Outcome<>(null, failure);
    }
  }

  /**
   * Asks; answered on the caller's own context. Whoever goes away before work begins is left out.
   */
  public Uni<R> ask(Q ask) {
    return Uni.createFrom().emitter(emitter -> enter(new Single(ask, emitter)));
  }

  /**
   * Runs a batch that somebody else has made, when its turn comes. It counts as one in work and
   * waits without limit: for callers that are few and can wait.
   */
  public <T> Uni<T> inTurn(Supplier<Uni<T>> batch) {
    return Uni.createFrom().emitter(emitter -> enter(new Ready<>(batch, emitter)));
  }

  /** How many asks wait. */
  public synchronized int depth() {
    return asks;
  }

  private void enter(Waiting waiting) {
    if (accept(waiting)) {
      dispatch();
    } else {
      waiting.refuse();
    }
  }

  private synchronized boolean accept(Waiting waiting) {
    if (waiting.weight() > 0 && asks >= limits.queue()) {
      return false;
    }
    queue.addLast(waiting);
    asks += waiting.weight();
    return true;
  }

  private void dispatch() {
    for (Runnable next = take(); next != null; next = take()) {
      next.run();
    }
    watch();
  }

  /** Whether the last batch is too recent; if so, somebody looks again when it no longer is. */
  private boolean isTooSoon() {
    Duration left = pace.left();
    if (left.isZero() || asks >= limits.batch()) {
      return false;
    }
    if (!pacing && !queue.isEmpty()) {
      pacing = true;
      vertx.setTimer(left.toMillis() + 1, fired -> paced());
    }
    return true;
  }

  private void paced() {
    synchronized (this) {
      pacing = false;
    }
    dispatch();
  }

  /** The next batch, with a place for it; null when there is none of either. */
  private synchronized @Nullable Runnable take() {
    if (running >= limits.inWork() || isTooSoon()) {
      return null;
    }
    var batch = new ArrayList<Single>();
    Ready<?> ready = gather(batch);
    if (!batch.isEmpty()) {
      begin();
      return () -> run(batch);
    }
    if (ready == null) {
      return null;
    }
    queue.remove(ready);
    begin();
    return ready::run;
  }

  private void begin() {
    running++;
    pace.begin();
  }

  /** Fills the batch with those whose turn it is; answers what comes before the others. */
  private @Nullable Ready<?> gather(List<Single> batch) {
    var passed = new HashSet<String>();
    Iterator<Waiting> waiting = queue.iterator();
    while (waiting.hasNext() && batch.size() < limits.batch()) {
      switch (waiting.next()) {
        case Coalescer<Q, R>.Ready<?> ready -> {
          return ready;
        }
        case Coalescer<Q, R>.Single single -> {
          if (shares(single, busy) || shares(single, passed)) {
            passed.addAll(single.keys);
          } else {
            waiting.remove();
            asks--;
            if (!single.gone) {
              busy.addAll(single.keys);
              batch.add(single);
            }
          }
        }
      }
    }
    return null;
  }

  /** Looks for who has waited too long, as long as anybody waits. */
  private void watch() {
    synchronized (this) {
      if (watching || asks == 0) {
        return;
      }
      watching = true;
    }
    vertx.setTimer(
        Math.max(1, limits.patience().toMillis() / LOOKS),
        fired -> {
          late().forEach(Single::refuse);
          watch();
        });
  }

  private synchronized List<Single> late() {
    watching = false;
    var late = new ArrayList<Single>();
    Iterator<Waiting> waiting = queue.iterator();
    while (waiting.hasNext()) {
      if (waiting.next() instanceof Coalescer<Q, R>.Single single
          && (single.gone || single.isLate())) {
        waiting.remove();
        asks--;
        late.add(single);
      }
    }
    return late;
  }

  private boolean shares(Single single, Set<String> others) {
    return single.keys.stream().anyMatch(others::contains);
  }

  private void run(List<Single> batch) {
    Cancellable _ =
        OwnContext.of(
                vertx,
                () -> {
                  if (batch.stream().anyMatch(single -> single.wantsPosition)) {
                    Consistency.wantPosition();
                  }
                  return outcomes(batch);
                })
            .subscribe()
            .with(
                outcomes -> {
                  Position ended = Consistency.ended();
                  for (int i = 0; i < batch.size(); i++) {
                    batch.get(i).answer(outcomes.get(i), ended);
                  }
                  done(batch);
                },
                failure -> {
                  batch.forEach(single -> single.answer(Outcome.failed(failure), null));
                  done(batch);
                });
  }

  /** One for each; the batch is halved until the one is alone whose fault a failure is. */
  private Uni<List<Outcome<R>>> outcomes(List<Single> batch) {
    return Uni.createFrom()
        .deferred(() -> work.apply(batch.stream().map(single -> single.ask).toList()))
        .onFailure(failure -> batch.size() > 1 && !spreads.test(failure))
        .recoverWithUni(() -> halves(batch))
        .onFailure()
        .recoverWithItem(failure -> Collections.nCopies(batch.size(), Outcome.failed(failure)))
        .invoke(outcomes -> {
          if (outcomes.size() != batch.size()) {
            throw new IllegalStateException(
                outcomes.size() + " outcomes for " + batch.size() + " asks");
          }
        });
  }

  private Uni<List<Outcome<R>>> halves(List<Single> batch) {
    int middle = batch.size() / 2;
    return outcomes(batch.subList(0, middle))
        .chain(first ->
            outcomes(batch.subList(middle, batch.size()))
                .map(second -> Stream.concat(first.stream(), second.stream()).toList()));
  }

  private void done(List<Single> batch) {
    synchronized (this) {
      running--;
      batch.forEach(single -> busy.removeAll(single.keys));
    }
    dispatch();
  }

  /** Somebody in the queue. */
  private abstract sealed class Waiting permits Coalescer.Single, Coalescer.Ready {
    abstract int weight();

    abstract void refuse();
  }

  private final class Single extends Waiting {
    private final Q ask;
    private final Collection<String> keys;
    private final UniEmitter<? super R> emitter;
    private final @Nullable Context caller = Vertx.currentContext();
    private final boolean wantsPosition = Consistency.isPositionWanted();
    private final long since = System.nanoTime();
    private volatile boolean gone;

    Single(Q ask, UniEmitter<? super R> emitter) {
      this.ask = ask;
      this.keys = Coalescer.this.keys.apply(ask);
      this.emitter = emitter;
      emitter.onTermination(() -> gone = true);
    }

    @Override
    int weight() {
      return 1;
    }

    boolean isLate() {
      return System.nanoTime() - since > limits.patience().toNanos();
    }

    @Override
    void refuse() {
      answer(
          Outcome.failed(
              new DomainException(ProblemType.UNAVAILABLE, "too many wait for this; try again")),
          null);
    }

    /**
     * Answers in the caller's context.
     *
     * @param ended where the batch's last transaction was when it ended, which is the caller's too
     */
    void answer(Outcome<R> outcome, @Nullable Position ended) {
      Runnable tell =
          () -> {
            Consistency.ended(ended);
            if (outcome.failure() == null) {
              emitter.complete(outcome.answer());
            } else {
              emitter.fail(outcome.failure());
            }
          };
      if (caller == null) {
        tell.run();
      } else {
        caller.runOnContext(ignored -> tell.run());
      }
    }
  }

  private final class Ready<T> extends Waiting {
    private final Supplier<Uni<T>> batch;
    private final UniEmitter<? super T> emitter;

    Ready(Supplier<Uni<T>> batch, UniEmitter<? super T> emitter) {
      this.batch = batch;
      this.emitter = emitter;
    }

    @Override
    int weight() {
      return 0;
    }

    @Override
    void refuse() {
      throw new IllegalStateException("a ready batch is never refused");
    }

    void run() {
      Cancellable _ =
          OwnContext.of(vertx, batch)
              .subscribe()
              .with(
                  result -> {
                    done(List.of());
                    emitter.complete(result);
                  },
                  failure -> {
                    done(List.of());
                    emitter.fail(failure);
                  });
    }
  }
}
