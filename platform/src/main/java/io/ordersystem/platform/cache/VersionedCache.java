package io.ordersystem.platform.cache;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.platform.cache.Backlog.Batch;
import io.ordersystem.platform.cache.Backlog.Waiting;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cache in Redis. A key holds its version, then a mark and a value, or {@code !} of a fence;
 * what somebody else has put there is nothing, and is replaced. One script writes several keys: not
 * for Redis Cluster.
 *
 * <p>While Redis is away, values are dropped and the newest 20,000 fences are kept. They are
 * written before anything is read again, so what this process says is not older than its own
 * writes; other processes whose Redis is there may tell what is old until then. A fence that was
 * dropped is counted as {@code cache.fences.lost}; those of a process that ends are lost uncounted.
 */
@Singleton
public class VersionedCache implements Cache {
  /**
   * Stands before a value and says what its bytes mean: another one is to be taken when a release
   * writes them differently under the same keys. What has another mark is not read, and is replaced
   * by what is as new. It comes behind the version, because versions and fences hold for all
   * releases that run side by side.
   */
  static final String VALUE = "~";

  static final String FENCE_MARK = "!";

  /** Versions, marks, values and expiry times in milliseconds of the keys, four for each. */
  static final String PUT =
      """
      for i = 1, #KEYS do
        local version, mark, value, expiry = ARGV[4 * i - 3], ARGV[4 * i - 2], ARGV[4 * i - 1], ARGV[4 * i]
        local known = redis.pcall('GET', KEYS[i])
        local there, sign
        if type(known) == 'string' then
          there, sign = string.match(known, '^(%x+)(%X)')
        end
        if not there or #there ~= 40 or string.sub(there, 1, 16) ~= string.sub(version, 1, 16)
            or there < version
            or (there == version and sign ~= mark and mark ~= '!') then
          redis.call('SET', KEYS[i], version .. mark .. value, 'PXAT', expiry)
        end
      end
      """;

  private static final Pattern HEAD = Pattern.compile("([0-9a-f]{40})" + VALUE);
  private static final int HEAD_LENGTH = 41;

  /** Written on each new connection, to see whether Redis takes anything. */
  private static final Map<String, Version> PROBE = Map.of("cache:probe", Version.of(0));

  private final RedisLink redis;
  private final Clock clock;
  private final Counter lost;

  /** With {@link #writing} guarded by itself. */
  private final Backlog backlog = new Backlog();

  private boolean writing;

  VersionedCache(RedisLink redis, Clock clock, MeterRegistry metrics) {
    this.redis = redis;
    this.clock = clock;
    this.lost =
        Counter.builder("cache.fences.lost")
            .description("Fences that were dropped because too many waited for Redis")
            .register(metrics);
    redis.begin(this::writeKept, this::writeOn);
  }

  @Override
  public Uni<Map<String, Versioned>> get(List<String> keys) {
    if (keys.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    Request command = Request.cmd(Command.MGET);
    keys.forEach(command::arg);
    return redis
        .ask(command)
        .map(values -> values.map(found -> read(keys, found)).orElseGet(Map::of));
  }

  @Override
  public void put(Map<String, Versioned> values, Instant until, Runnable done) {
    var dropped = new ArrayList<Runnable>();
    Runnable one = lastOf(values.size(), done);
    boolean begin;
    synchronized (backlog) {
      boolean open = redis.isOpen();
      values.forEach((key, value) -> {
        if (!open || !backlog.put(key, value.version(), value.value(), until, one)) {
          dropped.add(one);
        }
      });
      begin = begins(open);
    }
    (values.isEmpty() ? List.of(done) : dropped).forEach(VersionedCache::run);
    if (begin) {
      write();
    }
  }

  @Override
  public void fence(Collection<String> keys, Version notBefore) {
    if (!redis.isEnabled()) {
      return;
    }
    var overtaken = new ArrayList<Runnable>();
    boolean begin;
    synchronized (backlog) {
      lost.increment(backlog.fence(keys, notBefore, overtaken));
      begin = begins(redis.isOpen());
    }
    overtaken.forEach(VersionedCache::run);
    if (begin) {
      write();
    }
  }

  /** What to run for each of several, so that it is run with the last one. */
  private static Runnable lastOf(int several, Runnable done) {
    var left = new AtomicInteger(several);
    return () -> {
      if (left.decrementAndGet() == 0) {
        done.run();
      }
    };
  }

  /** It is somebody else's, whose failure must not stop the one writer. */
  private static void run(Runnable done) {
    try {
      done.run();
    } catch (RuntimeException | Error failure) {
      Log.error("What was to run after a value was cached has failed", failure);
    }
  }

  // --- One script after the other

  /** Whether whoever asks is the one who writes from now on. */
  private boolean begins(boolean open) {
    boolean begins = open && !writing && !backlog.isEmpty();
    writing |= begins;
    return begins;
  }

  private void writeOn() {
    boolean begin;
    synchronized (backlog) {
      begin = begins(true);
    }
    if (begin) {
      write();
    }
  }

  private void write() {
    Batch batch;
    synchronized (backlog) {
      batch = backlog.take();
    }
    Cancellable _ =
        redis
            .write(() -> script(batch.fences(), batch.values()))
            .subscribe()
            .with(written -> ended(batch, written));
  }

  /**
   * Goes on while there is something and Redis is there. A fence that was not written for certain
   * still waits.
   */
  private void ended(Batch batch, boolean written) {
    var done = new ArrayList<>(batch.done());
    boolean more;
    synchronized (backlog) {
      if (written) {
        backlog.written(batch);
      }
      boolean open = redis.isOpen();
      if (!open) {
        done.addAll(backlog.dropValues());
      }
      writing = false;
      more = begins(open);
    }
    done.forEach(VersionedCache::run);
    if (more) {
      write();
    }
  }

  /**
   * Writes the fences that have been kept until now; those that come meanwhile wait, as always, or
   * it would never end.
   */
  private Uni<Void> writeKept(RedisLine line) {
    int kept;
    synchronized (backlog) {
      kept = backlog.fences();
    }
    return line.ask(script(PROBE, Map.of())).chain(() -> writeKept(line, kept));
  }

  private Uni<Void> writeKept(RedisLine line, int left) {
    Batch batch;
    synchronized (backlog) {
      batch = backlog.takeFences();
    }
    if (left <= 0 || batch.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return line.ask(script(batch.fences(), Map.of()))
        .invoke(() -> {
          synchronized (backlog) {
            backlog.written(batch);
          }
        })
        .chain(() -> writeKept(line, left - batch.fences().size()));
  }

  /** A fence stands from when it is sent, however long it had to wait. */
  private Request script(Map<String, Version> fences, Map<String, Waiting> values) {
    Request command = Request.cmd(Command.EVAL).arg(PUT).arg(fences.size() + values.size());
    fences.keySet().forEach(command::arg);
    values.keySet().forEach(command::arg);
    long until = clock.instant().plus(FENCE).toEpochMilli();
    fences
        .values()
        .forEach(version -> command.arg(version.text()).arg(FENCE_MARK).arg("").arg(until));
    values
        .values()
        .forEach(value ->
            command
                .arg(value.version().text())
                .arg(VALUE)
                .arg(value.value())
                // Redis refuses a time that is not positive, and the whole script with it.
                .arg(Math.max(1, value.until().toEpochMilli())));
    return command;
  }

  // --- Reading

  private static Map<String, Versioned> read(List<String> keys, Response values) {
    var found = new HashMap<String, Versioned>();
    for (int i = 0; i < keys.size(); i++) {
      Response value = values.get(i);
      if (value != null) {
        String key = keys.get(i);
        read(value.toBuffer()).ifPresent(ours -> found.put(key, ours));
      }
    }
    return found;
  }

  /** A value that is ours; fences and what somebody else has put there are none. */
  static Optional<Versioned> read(Buffer text) {
    int head = Math.min(HEAD_LENGTH, text.length());
    Matcher ours = HEAD.matcher(text.getString(0, head, StandardCharsets.ISO_8859_1.name()));
    return ours.matches()
        ? Optional.of(
            new Versioned(new Version(ours.group(1)), text.getBuffer(head, text.length())))
        : Optional.empty();
  }
}
