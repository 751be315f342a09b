package io.ordersystem.platform.inbox;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The end of a process. Batches that have begun take effect while the database can still be asked,
 * and whatever comes later is never begun: it was not acknowledged, so another process gets it.
 * Without that they would be tried in vain, and the channels wait for them, until all patience is
 * over; and their partitions with them.
 */
@Singleton
class Draining {
  /** Before those that stop what effects need, such as the relay. */
  private static final int FIRST = Interceptor.Priority.PLATFORM_BEFORE;

  private final InboxConfig config;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private int underWay;
  private boolean stopping;

  Draining(InboxConfig config) {
    this.config = config;
  }

  /** The batch, unless the process ends: then nothing, for ever. */
  Uni<Void> unlessStopping(Supplier<Uni<Void>> batch) {
    return Uni.createFrom()
        .deferred(() -> {
          if (!begin()) {
            return Uni.createFrom().nothing();
          }
          return Uni.createFrom().deferred(batch::get).onTermination().invoke(this::end);
        });
  }

  private boolean begin() {
    lock.lock();
    try {
      if (stopping) {
        return false;
      }
      underWay++;
      return true;
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
      long left = config.drain().toNanos();
      while (underWay > 0 && left > 0) {
        left = ended.awaitNanos(left);
      }
      if (underWay > 0) {
        Log.warnf(
            "%d batches have not ended within %d ms: another process does them again",
            underWay, config.drain().toMillis());
      }
    } finally {
      lock.unlock();
    }
  }
}
