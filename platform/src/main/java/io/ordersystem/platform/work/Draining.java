package io.ordersystem.platform.work;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The end of a process. What has begun (a batch of messages, a call of the provider, a mail) is
 * done and recorded while the database can still be asked, and nothing is begun any more: another
 * process does it. Without that batches would be tried in vain until all patience is over, with
 * their partitions held; and what was done and not recorded would be done again.
 */
@Singleton
public class Draining {
  /** Before those that stop what the work needs, such as the relay. */
  private static final int FIRST = Interceptor.Priority.PLATFORM_BEFORE;

  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private int underWay;
  private boolean stopping;

  /**
   * For one process.
   *
   * @param patience how long its end waits for what has begun
   */
  public Draining(
      @ConfigProperty(name = "draining.within", defaultValue = "5s") Duration patience) {
    this.patience = patience;
  }

  /** The work; instead of it, once the process ends, something that begins nothing. */
  public Uni<Void> unlessStopping(Supplier<Uni<Void>> work, Supplier<Uni<Void>> otherwise) {
    return Uni.createFrom().deferred(() -> begin() ? counted(work) : otherwise.get());
  }

  /** A piece of work that has begun already, as it is claimed: waited for whenever it comes. */
  public Uni<Void> piece(Supplier<Uni<Void>> work) {
    return Uni.createFrom()
        .deferred(() -> {
          lock.lock();
          try {
            underWay++;
          } finally {
            lock.unlock();
          }
          return counted(work);
        });
  }

  private Uni<Void> counted(Supplier<Uni<Void>> work) {
    return Uni.createFrom().deferred(work::get).onTermination().invoke(this::end);
  }

  private boolean begin() {
    lock.lock();
    try {
      if (!stopping) {
        underWay++;
      }
      return !stopping;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      underWay--;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void stop(@Observes @Priority(FIRST) ShutdownEvent stopped) throws InterruptedException {
    lock.lock();
    try {
      stopping = true;
      long left = patience.toNanos();
      while (underWay > 0 && left > 0) {
        left = ended.awaitNanos(left);
      }
      if (underWay > 0) {
        Log.warnf(
            "%d batches, calls or mails have not ended within %s: another process does them again",
            underWay, patience);
      }
    } finally {
      lock.unlock();
    }
  }
}
