package io.ordersystem.platform.work;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.sql.SqlFailures;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Work that is claimed in one transaction, done outside every transaction, and recorded in another.
 * At most so many pieces as there are places are claimed, so that each begins at once and its lease
 * covers nothing but itself. A piece that fails leaves its lease to run out and disturbs no other.
 *
 * @param <T> a claimed piece
 */
public final class LeasedWork<T> {
  private final String name;
  private final Semaphore places;
  private final IntFunction<Uni<List<T>>> claim;
  private final Function<T, Uni<Void>> work;
  private final MeterRegistry metrics;

  /**
   * Work of one kind.
   *
   * @param name in logs, and as label {@code work} of the counter {@code work.failures}
   * @param places pieces under way at once in this process
   * @param claim claims at most so many due pieces, each for longer than {@code work} can take
   * @param work does one piece and records what became of it
   */
  public LeasedWork(
      String name,
      int places,
      IntFunction<Uni<List<T>>> claim,
      Function<T, Uni<Void>> work,
      MeterRegistry metrics) {
    this.name = name;
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
    return Uni.createFrom()
        .deferred(this::claimAndDo)
        .onFailure(SqlFailures::isUnavailable)
        .invoke(failure -> Log.warnf("%s waits for the database: %s", name, failure))
        .onFailure(SqlFailures::isUnavailable)
        .recoverWithNull();
  }

  private Uni<Void> claimAndDo() {
    int free = places.drainPermits();
    if (free == 0) {
      return Uni.createFrom().voidItem();
    }
    return claim
        .apply(free)
        .onFailure()
        .invoke(failure -> places.release(free))
        .onCancellation()
        .invoke(() -> places.release(free))
        .chain(claimed -> {
          places.release(free - claimed.size());
          return together(claimed)
              .chain(() -> claimed.size() < free ? Uni.createFrom().voidItem() : claimAndDo());
        });
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
    return Uni.createFrom()
        .deferred(() -> work.apply(piece))
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
