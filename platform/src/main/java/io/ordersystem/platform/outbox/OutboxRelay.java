package io.ordersystem.platform.outbox;

import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.faults.FaultPoint;
import io.ordersystem.platform.faults.FaultPoints;
import io.ordersystem.platform.work.Pace;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
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

  /** A thread for each look ahead, of which there is one at a time. */
  private static final Executor AHEAD = task -> Thread.ofVirtual().name("outbox-look").start(task);

  private final AgroalDataSource database;
  private final EventPublisher publisher;
  private final OutboxConfig config;
  private final FaultPoints faults;
  private final boolean enabled;
  private final Counter publishedRows;
  private final Counter starts;
  private final Pace pace;
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
    this.pace = new Pace(config.pace());
    if (config.pace().compareTo(config.leadTimeout().dividedBy(2)) > 0) {
      throw new IllegalArgumentException(
          "outbox.pace " + config.pace() + " is too long for outbox.lead-timeout");
    }
    this.publishedRows = metrics.counter("outbox.published");
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
    lead = new Lead(saved.highest(), List.copyOf(saved.gaps().keySet()));
    Log.infof(
        "Outbox relay leads from position %d, gaps %s", saved.highest(), saved.gaps().keySet());
    var round = new Round(table, saved);
    var cursor = new LazyCursor(table, saved);
    Duration gapLook = FIRST_GAP_LOOK;
    boolean told = true;
    try {
      while (!stopping) {
        boolean found = false;
        told = told || round.mayHaveMore();
        if (told) {
          found = round.publishNext();
          if (found) {
            pace.begin();
          }
          lead = new Lead(round.published().highest(), round.gaps());
        }
        cursor.follow(round.published(), !found);
        told = round.mayGoOn();
        if (!told) {
          gapLook = found ? FIRST_GAP_LOOK : shorter(gapLook.multipliedBy(2));
          told = awaitSignal(round.gaps().isEmpty() ? config.pollInterval() : gapLook);
          keepPace();
        }
      }
      cursor.follow(round.published(), true);
    } catch (InterruptedException stop) {
      cursor.follow(round.published(), true);
      throw stop;
    }
  }

  /**
   * What a leader does again and again: look, send, wait. While a full batch is on its way another
   * thread takes the next look, and has the connection for itself until it is done.
   */
  private final class Round {
    private final OutboxTable table;

    /** With what was sent and is not acknowledged yet. */
    private final PublishedPositions sent;

    private PublishedPositions.Saved published;
    private boolean full;
    private @Nullable CompletableFuture<OutboxTable.Look> ahead;

    Round(OutboxTable table, PublishedPositions.Saved saved) {
      this.table = table;
      this.sent = new PublishedPositions(saved);
      this.published = saved;
    }

    /** All that the brokers have acknowledged. */
    PublishedPositions.Saved published() {
      return published;
    }

    List<Long> gaps() {
      return List.copyOf(published.gaps().keySet());
    }

    boolean mayHaveMore() throws SQLException {
      return !sent.gaps().isEmpty() || table.lastTaken() > sent.highest();
    }

    /** Whether the last look has left something. */
    boolean mayGoOn() {
      return full;
    }

    /** Whether there was anything. */
    boolean publishNext() throws SQLException, InterruptedException {
      OutboxTable.Look look = look();
      PublishedPositions.Saved upTo = sees(look);
      List<OutboxRow> rows = look.rows();
      full = look.full();
      if (!rows.isEmpty()) {
        if (full) {
          ahead = CompletableFuture.supplyAsync(this::lookAhead, AHEAD);
        }
        try {
          publish(rows);
        } finally {
          awaitAhead();
        }
      }
      published = upTo;
      return !rows.isEmpty();
    }

    private void publish(List<OutboxRow> rows) throws SQLException, InterruptedException {
      faults.passBlocking(FaultPoint.OUTBOX_BEFORE_PUBLISH);
      publisher.publish(rows, this::beat);
      publishedRows.increment(rows.size());
      faults.passBlocking(FaultPoint.OUTBOX_AFTER_PUBLISH);
    }

    private PublishedPositions.Saved sees(OutboxTable.Look look) throws SQLException {
      sent.saw(look.rows().stream().map(OutboxRow::position).toList(), look.xmin());
      if (sent.needsBound()) {
        sent.bind(table.assignTransactionId());
      }
      return sent.saved();
    }

    private OutboxTable.Look look() throws SQLException {
      CompletableFuture<OutboxTable.Look> taken = ahead;
      ahead = null;
      if (taken == null) {
        return table.look(sent, config.batchSize());
      }
      try {
        return taken.join();
      } catch (CompletionException failure) {
        throw failure.getCause() instanceof SQLException known
            ? known
            : new SQLException("the look ahead failed", failure);
      }
    }

    private OutboxTable.Look lookAhead() {
      try {
        return table.look(sent, config.batchSize());
      } catch (SQLException failure) {
        throw new CompletionException(failure);
      }
    }

    /** A look under way is a word to the database, too. */
    private void beat() throws SQLException {
      if (ahead == null || ahead.isDone()) {
        table.lastTaken();
      }
    }

    /** Until then the connection is another thread's; what failed is told by the next look. */
    private void awaitAhead() {
      if (ahead != null) {
        ahead.handle((look, failure) -> look != null).join();
      }
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

  /** What comes soon after a look is left for the next one, with what comes until then. */
  private void keepPace() throws InterruptedException {
    Duration left = pace.left();
    if (left.isPositive()) {
      pause(left);
    }
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
