package io.ordersystem.platform.reads;

import io.ordersystem.platform.sql.OwnContext;
import io.ordersystem.platform.sql.Patience;
import io.ordersystem.platform.sql.Position;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.sql.Statements;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One address of replicas. How far it is, is asked in one place for everybody: once a second, and
 * every few milliseconds while a read waits for it. A reading costs no question of its own before
 * it is sent, and is judged by what its own connection says.
 *
 * <p>Whether it is there is decided by that question, and by a refused connection: a reading that
 * is slow, refused or broken off says something of that reading. Slow readings in a row begin a
 * {@link BackOff}, in which it is there and not read from.
 */
final class Replica implements Standby {
  /** Between two questions while somebody waits. */
  private static final long PAUSE_MILLIS = 2;

  static final int MOST_WAITERS = 5_000;

  private final String address;
  private final Server server;
  private final Supplier<Uni<Position>> positions;
  private final PrimaryLog primary;
  private final ReadsConfig config;
  private final Vertx vertx;
  private final BackOff backOff;

  private final Set<Waiter> waiters = new HashSet<>();
  private boolean asking;
  private @Nullable Position late;
  private volatile @Nullable Position replayed;
  private volatile boolean away = true;
  private volatile Duration lag = Duration.ZERO;

  /**
   * A replica that is away until it has been asked.
   *
   * @param positions asks it how far it is, apart from the connections that read
   * @param primary what its position is measured by
   */
  Replica(
      String address,
      Server server,
      Supplier<Uni<Position>> positions,
      PrimaryLog primary,
      ReadsConfig config,
      Vertx vertx) {
    this.address = address;
    this.server = server;
    this.positions = positions;
    this.primary = primary;
    this.config = config;
    this.vertx = vertx;
    this.backOff = new BackOff(config.slowLimit(), config.backOff(), System::nanoTime);
  }

  /** Somebody who waits for a position. */
  private record Waiter(Position position, UniEmitter<? super Boolean> emitter) {}

  String address() {
    return address;
  }

  @Override
  public <T> Uni<Located<T>> read(boolean located, Function<Statements, Uni<T>> reading) {
    return Patience.within(config.answerWithin(), vertx, server.read(located, reading));
  }

  @Override
  public boolean covers(Position position) {
    Position known = replayed;
    return known != null && known.covers(position);
  }

  /** Whether it answers in time and is not too far behind. */
  boolean isOpen() {
    return !away && !backOff.isOn() && lag.compareTo(config.maxLag()) <= 0;
  }

  boolean isAway() {
    return away;
  }

  Duration lag() {
    return lag;
  }

  @Override
  public Uni<Boolean> await(Position position) {
    return OwnContext.back(Uni.createFrom().emitter(emitter -> enter(position, emitter)));
  }

  @Override
  public boolean isTooFarBehind(Position replayed) {
    return primary.behind(replayed).compareTo(config.maxLag()) > 0;
  }

  @Override
  public void failed(Throwable failure) {
    if (SqlFailures.isRefused(failure)) {
      lost(failure);
    } else if (SqlFailures.isBroken(failure)) {
      // One connection of several, perhaps to one server of several: whether it is there is asked.
      ask();
    } else if (SqlFailures.isTimeout(failure) && backOff.slow()) {
      Log.warnf(
          "Replica %s is left alone for %d ms, the primary answers: %d readings took longer than %d"
              + " ms within %d ms, at last: %s",
          address,
          config.backOff().toMillis(),
          config.slowLimit(),
          config.answerWithin().toMillis(),
          BackOff.WINDOW.toMillis(),
          failure);
      release(waiter -> true, false);
    }
  }

  private void lost(Throwable failure) {
    if (!away) {
      Log.warnf("Replica %s is away, the primary answers: %s", address, failure);
      away = true;
    }
    release(waiter -> true, false);
  }

  private void enter(Position position, UniEmitter<? super Boolean> emitter) {
    var waiter = new Waiter(position, emitter);
    synchronized (this) {
      if (away || backOff.isOn() || isHopeless(position) || waiters.size() >= MOST_WAITERS) {
        emitter.complete(false);
        return;
      }
      waiters.add(waiter);
    }
    long timer = vertx.setTimer(config.patience().toMillis(), fired -> giveUp(waiter));
    emitter.onTermination(() -> {
      vertx.cancelTimer(timer);
      forget(waiter);
    });
    ask();
  }

  /** One that was waited for in vain: until it is there, nobody waits for what is behind it. */
  private boolean isHopeless(Position position) {
    Position known = late;
    Position here = replayed;
    return here == null
        || !here.isComparable(position)
        || (known != null && known.isComparable(position) && position.lsn() >= known.lsn());
  }

  private void giveUp(Waiter waiter) {
    synchronized (this) {
      if (!waiters.remove(waiter)) {
        return;
      }
      if (late == null
          || !late.isComparable(waiter.position())
          || waiter.position().lsn() < late.lsn()) {
        late = waiter.position();
      }
    }
    waiter.emitter().complete(false);
  }

  private synchronized void forget(Waiter waiter) {
    waiters.remove(waiter);
  }

  /**
   * Asks how far it is, unless a question is still open: one that a server does not answer ends
   * with its connection, and only then the next one is asked.
   */
  void ask() {
    synchronized (this) {
      if (asking) {
        return;
      }
      asking = true;
    }
    Cancellable _ =
        Patience.within(
                config.answerWithin(), vertx, positions.get().onTermination().invoke(this::asked))
            .subscribe()
            .with(this::heard, this::lost);
  }

  private synchronized void asked() {
    asking = false;
  }

  private void heard(Position position) {
    replayed = position;
    lag = primary.behind(position);
    if (away) {
      Log.infof("Replica %s answers, %d ms behind", address, lag.toMillis());
      away = false;
    }
    release(waiter -> position.covers(waiter.position()), true);
    boolean more;
    synchronized (this) {
      // Of another timeline it will never be reached, and says nothing of this one.
      if (late != null && (!position.isComparable(late) || position.covers(late))) {
        late = null;
      }
      more = !waiters.isEmpty();
    }
    if (more) {
      vertx.setTimer(PAUSE_MILLIS, fired -> ask());
    }
  }

  private void release(Predicate<Waiter> which, boolean reached) {
    Set<Waiter> done = new HashSet<>();
    synchronized (this) {
      for (Waiter waiter : waiters) {
        if (which.test(waiter)) {
          done.add(waiter);
        }
      }
      waiters.removeAll(done);
    }
    done.forEach(waiter -> waiter.emitter().complete(reached));
  }
}
