package io.ordersystem.platform.work;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Work that is claimed in one transaction, done outside every transaction, and recorded in another.
 * At most so many pieces as there are places are claimed, so that each begins at once and its lease
 * covers nothing but itself. A piece that fails leaves its lease to run out and disturbs no other.
 *
 * @param <T> a claimed piece
 */
public final class LeasedWork<T> {
  private final String name;
  private final int total;
  private final Semaphore places;
  private final IntFunction<Uni<List<T>>> claim;
  private final Function<T, Uni<Void>> work;
  private final boolean apart;
  private final Draining draining;
  private final MeterRegistry metrics;
  private final AtomicBoolean claiming = new AtomicBoolean();

  /** There may be more than the last claim could take: it found something, or work is under way. */
  private volatile boolean moreMayBeDue;

  /** Somebody asked while every place was taken. */
  private volatile boolean asked;

  /** A piece ended while a claim was under way, and could not ask for itself. */
  private volatile boolean ended;

  /**
   * Work of one kind.
   *
   * @param name in logs, and as label {@code work} of the counter {@code work.failures}
   * @param places pieces under way at once in this process
   * @param claim claims at most so many due pieces, each for longer than {@code work} can take
   * @param work does one piece and records what became of it
   * @param draining at the end of the process nothing is claimed any more, and what is under way is
   *     waited for
   */
  public LeasedWork(
      String name,
      int places,
      IntFunction<Uni<List<T>>> claim,
      Function<T, Uni<Void>> work,
      Draining draining,
      MeterRegistry metrics) {
    this(name, places, claim, work, false, draining, metrics);
  }

  /**
   * The same, told whether its pieces are apart.
   *
   * @param apart no piece is ever in the way of another: a claim that found less than it might take
   *     has found everything that was due, and the end of a piece is no reason to look again
   */
  public LeasedWork(
      String name,
      int places,
      IntFunction<Uni<List<T>>> claim,
      Function<T, Uni<Void>> work,
      boolean apart,
      Draining draining,
      MeterRegistry metrics) {
    this.draining = draining;
    this.apart = apart;
    this.name = name;
    this.total = places;
    this.places = new Semaphore(places);
    this.claim = claim;
    this.work = work;
    this.metrics = metrics;
  }

  /**
   * Does what is due, as far as there are places, until nothing is. May be called at any time and
   * from several sides: passes share the places. Never fails because of a database that is away:
   * the next pass looks again.
   */
  public Uni<Void> pass() {
    return waitingForTheDatabase(this::claimAndDo);
  }

  /**
   * Begins what is due, as far as there are places, and completes when it has begun. For pieces of
   * very different lengths: a slow one holds up nobody who comes later. As long as claims find
   * something, whoever ends looks for more, without another call.
   */
  public Uni<Void> begin() {
    return waitingForTheDatabase(this::claimAndBegin);
  }

  /**
   * Keeps places for pieces that a transaction makes and claims in one, so that nobody has to claim
   * them afterwards.
   *
   * @param most at most so many; fewer when others are under way, none when more may be due that
   *     has waited for longer
   */
  public Kept keep(int most) {
    int kept = 0;
    if (asked || moreMayBeDue) {
      return new Kept(0);
    }
    while (kept < most && places.tryAcquire()) {
      kept++;
    }
    return new Kept(kept);
  }

  /** Places that are kept: used once, or given back. */
  public final class Kept {
    private final AtomicInteger left;

    private Kept(int places) {
      left = new AtomicInteger(places);
    }

    /** How many there are. */
    public int places() {
      return left.get();
    }

    /**
     * Begins these pieces, which are claimed and committed, and gives back the other places.
     *
     * @throws IllegalArgumentException when there are more than places
     */
    public void begin(List<T> pieces) {
      int kept = left.getAndSet(0);
      if (pieces.size() > kept) {
        places.release(kept);
        throw new IllegalArgumentException(
            "%d places are kept, not %d".formatted(kept, pieces.size()));
      }
      giveBack(kept - pieces.size());
      pieces.forEach(LeasedWork.this::beginOne);
    }

    /** The pieces were not made after all. */
    public void giveBack() {
      giveBack(left.getAndSet(0));
    }

    private void giveBack(int unused) {
      places.release(unused);
      if (unused > 0) {
        goOn(); // For whoever asked while they were kept.
      }
    }
  }

  private Uni<Void> waitingForTheDatabase(Supplier<Uni<Void>> round) {
    return draining
        .unlessStopping(round, () -> Uni.createFrom().voidItem())
        .onFailure(SqlFailures::isUnavailable)
        .invoke(failure -> Log.warnf("%s waits for the database: %s", name, failure))
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull();
  }

  private Uni<Void> claimAndBegin() {
    asked = false;
    int free = places.drainPermits();
    if (free == 0) {
      asked = true;
      if (places.availablePermits() > 0) {
        goOn();
      }
      return Uni.createFrom().voidItem();
    }
    return claimed(free)
        .onFailure()
        // The next pass looks again: a database that comes back is not asked without a pause.
        .invoke(failure -> moreMayBeDue = false)
        .invoke(claimed -> {
          // What is under way may be in the way of what is due: its end is worth a look.
          moreMayBeDue = apart ? claimed.size() == free : !claimed.isEmpty() || free < total;
          claimed.forEach(this::beginOne);
          if (asked) {
            goOn();
          }
        })
        .replaceWithVoid();
  }

  private void beginOne(T piece) {
    Cancellable _ =
        one(piece)
            .subscribe()
            .with(
                done -> goOn(),
                // It was logged and counted; nothing but an Error of the machine comes so far.
                failure -> goOn());
  }

  /** One claim at a time: what ends meanwhile makes the next one larger. */
  private void goOn() {
    if (!moreMayBeDue && !asked) {
      return;
    }
    ended = true;
    if (!claiming.compareAndSet(false, true)) {
      return;
    }
    ended = false;
    Cancellable _ =
        begin()
            .subscribe()
            .with(
                begun -> {
                  claiming.set(false);
                  if (ended) {
                    goOn();
                  }
                },
                failure -> {
                  claiming.set(false);
                  Log.errorf(failure, "%s: nothing can be claimed until the next pass", name);
                });
  }

  private Uni<List<T>> claimed(int free) {
    return Uni.createFrom()
        .deferred(() -> claim.apply(free))
        .onFailure()
        .invoke(failure -> places.release(free))
        .onCancellation()
        .invoke(() -> places.release(free))
        .invoke(claimed -> places.release(free - claimed.size()));
  }

  private Uni<Void> claimAndDo() {
    int free = places.drainPermits();
    if (free == 0) {
      return Uni.createFrom().voidItem();
    }
    return claimed(free)
        .chain(claimed ->
            together(claimed)
                .chain(() -> claimed.size() < free ? Uni.createFrom().voidItem() : pass()));
  }

  private Uni<Void> together(List<T> claimed) {
    return Multi.createFrom()
        .iterable(claimed)
        .onItem()
        .transformToUni(this::one)
        .merge(Math.max(1, claimed.size()))
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<Void> one(T piece) {
    return draining
        .piece(() -> work.apply(piece))
        .onFailure()
        .invoke(failure -> {
          metrics.counter("work.failures", "work", name).increment();
          Log.errorf(failure, "%s: a piece failed, its lease will run out: %s", name, piece);
        })
        .onFailure()
        .recoverWithNull()
        .eventually(() -> places.release());
  }
}
