package io.ordersystem.platform.outbox;

import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.faults.FaultPoint;
import io.ordersystem.platform.faults.FaultPoints;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what the outbox holds, from one thread outside the request path. One process per
 * service leads (a PostgreSQL advisory lock, let go by the server when the leader's connection
 * ends); the others wait. The leader is woken in process after each commit, and looks by itself at
 * a slow beat for what other processes wrote.
 *
 * <p>At least once: a leader that dies between publishing and moving the cursor leaves its
 * successor to publish the same rows again, in the same order; consumers drop them by id. A leader
 * that has lost the lead without noticing can do no more harm than that.
 */
@Singleton
public class OutboxRelay {
  /** An open gap is a transaction that is about to commit: the first look after it is soon. */
  private static final Duration FIRST_GAP_LOOK = Duration.ofMillis(5);

  /** How often, and with how many rows, a process that waits for the lead rehearses. */
  private static final Duration REHEARSAL = Duration.ofSeconds(1);

  private static final int REHEARSED = 16;

  /** How far behind the cursor is at most while there is always something to publish. */
  private static final Duration CURSOR_INTERVAL = Duration.ofMillis(100);

  private final AgroalDataSource database;
  private final EventPublisher publisher;
  private final OutboxConfig config;
  private final FaultPoints faults;
  private final boolean enabled;
  private final Counter published;
  private final Counter starts;
  private final Semaphore signal = new Semaphore(0);
  private volatile boolean stopping;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Lead lead;

  OutboxRelay(
      AgroalDataSource database,
      EventPublisher publisher,
      OutboxConfig config,
      FaultPoints faults,
      @ConfigProperty(name = "outbox.relay.enabled", defaultValue = "true") boolean enabled,
      MeterRegistry metrics) {
    this.database = database;
    this.publisher = publisher;
    this.config = config;
    this.faults = faults;
    this.enabled = enabled;
    this.published = metrics.counter("outbox.published");
    this.starts = metrics.counter("outbox.lead.starts");
  }

  /**
   * What a leader knows.
   *
   * @param highest everything up to here is published, but for the gaps
   * @param gaps positions below it that no committed row has, and that a transaction may still fill
   */
  record Lead(long highest, List<Long> gaps) {}

  /** Empty while another process leads. */
  Optional<Lead> lead() {
    return Optional.ofNullable(lead);
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
    try {
      while (!stopping) {
        try (Connection connection = database.getConnection()) {
          connection.setAutoCommit(true);
          serve(new OutboxTable(connection));
        } catch (SQLException | RuntimeException e) {
          // Whatever it is: everything is still in the table, whoever leads next starts at the
          // cursor, and a thread that ends here would leave a service that nobody hears.
          Log.warnf(e, "Outbox relay starts over");
          pause(config.retryPause());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(OutboxTable table) throws SQLException, InterruptedException {
    try {
      table.bind(config.leadTimeout());
      awaitLead(table);
      if (!stopping) {
        starts.increment();
        relay(table);
      }
    } catch (SQLException | InterruptedException | RuntimeException failure) {
      resignAfter(table, failure);
      throw failure;
    }
    resign(table);
  }

  private void awaitLead(OutboxTable table) throws SQLException, InterruptedException {
    publisher.warmUp(List.of());
    long rehearsed = System.nanoTime() - REHEARSAL.toNanos();
    while (!stopping && !table.lead()) {
      if (System.nanoTime() - rehearsed >= REHEARSAL.toNanos()) {
        rehearse(table);
        rehearsed = System.nanoTime();
      }
      pause(config.takeoverInterval());
    }
  }

  /**
   * Does everything of a leader's round but sending: statements are prepared, classes loaded and
   * the brokers' metadata fresh when the lead comes, so that the first round of a successor takes
   * milliseconds and not half a second.
   */
  private void rehearse(OutboxTable table) throws SQLException {
    long highest = table.cursor().highest();
    var from = new PublishedPositions.Saved(Math.max(0, highest - REHEARSED), new TreeMap<>());
    publisher.warmUp(table.look(new PublishedPositions(from), REHEARSED).rows());
  }

  private void resign(OutboxTable table) throws SQLException {
    lead = null;
    table.resign();
  }

  private void resignAfter(OutboxTable table, Exception failure) {
    try {
      resign(table);
    } catch (SQLException gone) {
      // With its session the lock is gone as well; the first failure is the one to tell.
      failure.addSuppressed(gone);
    }
  }

  private void relay(OutboxTable table) throws SQLException, InterruptedException {
    PublishedPositions.Saved saved = table.cursor();
    var positions = new PublishedPositions(saved);
    lead = new Lead(saved.highest(), positions.gaps());
    Log.infof("Outbox relay leads from position %d, gaps %s", saved.highest(), positions.gaps());
    var cursor = new LazyCursor(table, saved);
    Duration gapLook = FIRST_GAP_LOOK;
    boolean told = true;
    try {
      while (!stopping) {
        int found = 0;
        if (told || !positions.gaps().isEmpty() || table.lastTaken() > positions.highest()) {
          found = publishNext(table, positions);
          lead = new Lead(positions.highest(), positions.gaps());
        }
        cursor.follow(positions.saved(), found == 0);
        told = found == config.batchSize();
        if (!told) {
          gapLook = found > 0 ? FIRST_GAP_LOOK : shorter(gapLook.multipliedBy(2));
          told = awaitSignal(positions.gaps().isEmpty() ? config.pollInterval() : gapLook);
        }
      }
      cursor.follow(positions.saved(), true);
    } catch (InterruptedException stop) {
      cursor.follow(positions.saved(), true);
      throw stop;
    }
  }

  /**
   * The cursor in the database, which follows what was published at most so often while there is
   * something to do: what a successor publishes again after a crash is no more than that.
   */
  private final class LazyCursor {
    private final OutboxTable table;
    private PublishedPositions.Saved saved;
    private long moved = System.nanoTime();

    LazyCursor(OutboxTable table, PublishedPositions.Saved saved) {
      this.table = table;
      this.saved = saved;
    }

    void follow(PublishedPositions.Saved published, boolean now)
        throws SQLException, InterruptedException {
      boolean due = now || System.nanoTime() - moved >= CURSOR_INTERVAL.toNanos();
      if (due && !published.equals(saved)) {
        table.moveCursor(published);
        saved = published;
        moved = System.nanoTime();
        faults.passBlocking(FaultPoint.OUTBOX_AFTER_CURSOR);
      }
    }
  }

  private int publishNext(OutboxTable table, PublishedPositions positions)
      throws SQLException, InterruptedException {
    OutboxTable.Look look = table.look(positions, config.batchSize());
    if (!look.rows().isEmpty()) {
      faults.passBlocking(FaultPoint.OUTBOX_BEFORE_PUBLISH);
      publisher.publish(look.rows(), table::lastTaken);
      published.increment(look.rows().size());
      faults.passBlocking(FaultPoint.OUTBOX_AFTER_PUBLISH);
    }
    positions.saw(look.rows().stream().map(OutboxRow::position).toList(), look.xmin());
    if (positions.needsBound()) {
      positions.bind(table.assignTransactionId());
    }
    return look.rows().size();
  }

  private Duration shorter(Duration wanted) {
    return wanted.compareTo(config.pollInterval()) < 0 ? wanted : config.pollInterval();
  }

  /** Whether somebody has said meanwhile that there is something to publish. */
  private boolean awaitSignal(Duration limit) throws InterruptedException {
    boolean told = signal.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS);
    signal.drainPermits();
    return told;
  }

  /** Waits the whole time, signal or not: what is signalled is not for this process to do yet. */
  private void pause(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    while (!stopping && System.nanoTime() < deadline) {
      signal.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
  }
}
