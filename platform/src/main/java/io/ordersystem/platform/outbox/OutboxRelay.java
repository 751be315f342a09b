package io.ordersystem.platform.outbox;

import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what the outbox holds, from one thread outside the request path. One process per
 * service leads (a PostgreSQL advisory lock, let go by the server when the leader's connection
 * ends); the others wait. The leader is woken in process after each commit, and looks by itself at
 * a slow beat for what other processes wrote.
 *
 * <p>At least once: a leader that dies between publishing and moving the cursor leaves its
 * successor to publish the same rows again, in the same order; consumers drop them by id.
 */
@Singleton
public class OutboxRelay {
  private final AgroalDataSource database;
  private final EventPublisher publisher;
  private final OutboxConfig config;
  private final boolean enabled;
  private final Counter published;
  private final Semaphore signal = new Semaphore(0);
  private volatile boolean stopping;
  private volatile @Nullable Thread thread;

  OutboxRelay(
      AgroalDataSource database,
      EventPublisher publisher,
      OutboxConfig config,
      @ConfigProperty(name = "outbox.relay.enabled", defaultValue = "true") boolean enabled,
      MeterRegistry metrics) {
    this.database = database;
    this.publisher = publisher;
    this.config = config;
    this.enabled = enabled;
    this.published = metrics.counter("outbox.published");
  }

  /** Says that there is something to publish. Cheap, and may be called from an event loop. */
  public void wake() {
    if (signal.availablePermits() == 0) {
      signal.release();
    }
  }

  void start(@Observes StartupEvent started) {
    if (enabled) {
      thread = Thread.ofPlatform().name("outbox-relay").daemon().start(this::run);
    }
  }

  void stop(@Observes ShutdownEvent stopped) {
    stopping = true;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  private void run() {
    while (!stopping) {
      try (Connection connection = database.getConnection()) {
        connection.setAutoCommit(true);
        var table = new OutboxTable(connection);
        if (table.lead()) {
          relay(table);
        } else {
          pause(config.pollInterval().toMillis());
        }
      } catch (SQLException | KafkaException e) {
        // Everything is still in the table: whoever leads next starts at the cursor.
        Log.warnf("Outbox relay starts over: %s", e.getMessage());
        pause(config.retryPause().toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void relay(OutboxTable table) throws SQLException, InterruptedException {
    long saved = table.cursor();
    var positions = new PublishedPositions(saved);
    Log.infof("Outbox relay leads from position %d", saved);
    while (!stopping) {
      signal.drainPermits();
      OutboxTable.Look look = table.look(positions, config.batchSize());
      publisher.publish(look.rows());
      published.increment(look.rows().size());
      positions.saw(
          look.rows().stream().map(OutboxRow::position).toList(), look.xmin(), look.xmax());
      if (positions.contiguous() > saved) {
        saved = positions.contiguous();
        table.moveCursor(saved);
      }
      if (look.rows().size() < config.batchSize()) {
        awaitSignal(positions.gaps());
      }
    }
  }

  private void awaitSignal(List<Long> gaps) throws InterruptedException {
    // An open gap is a transaction that is about to commit: look again soon, without spinning.
    long limit = gaps.isEmpty() ? config.pollInterval().toMillis() : 5;
    if (signal.tryAcquire(limit, TimeUnit.MILLISECONDS)) {
      signal.drainPermits();
    }
  }

  private void pause(long millis) {
    try {
      awaitInterruptibly(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  private void awaitInterruptibly(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!stopping && System.nanoTime() < deadline) {
      signal.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
  }
}
