package io.ordersystem.platform.cache;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.redis.client.Command;
import io.vertx.mutiny.redis.client.Request;
import io.vertx.mutiny.redis.client.Response;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cache in Redis. A key holds its version, then {@code =} and a value, or {@code !} of a fence;
 * what somebody else has put there is nothing, and is replaced. One script writes several keys: not
 * for Redis Cluster.
 */
@Singleton
public class VersionedCache implements Cache {
  /** Versions, marks, values and expiry times in milliseconds of the keys, four for each. */
  static final String PUT =
      """
      for i = 1, #KEYS do
        local version, mark, value, expiry = ARGV[4 * i - 3], ARGV[4 * i - 2], ARGV[4 * i - 1], ARGV[4 * i]
        local known = redis.pcall('GET', KEYS[i])
        local there, sign
        if type(known) == 'string' then
          there, sign = string.match(known, '^(%x+)([=!])')
        end
        if not there or #there ~= 40 or string.sub(there, 1, 16) ~= string.sub(version, 1, 16)
            or there < version or (there == version and sign == '!') then
          redis.call('SET', KEYS[i], version .. mark .. value, 'PXAT', expiry)
        end
      end
      """;

  private static final String VALUE = "=";
  private static final String FENCE_MARK = "!";

  /** What waits to be written; beyond it a value is not cached. */
  private static final int PENDING = 20_000;

  /** Keys that one script writes: it holds up everybody else. */
  private static final int AT_ONCE = 500;

  private static final Pattern HEAD = Pattern.compile("([0-9a-f]{40})=");
  private static final int HEAD_LENGTH = 41;

  private final RedisLink redis;
  private final Clock clock;
  private final Map<String, Pending> pending = new HashMap<>();
  private boolean writing;

  VersionedCache(RedisLink redis, Clock clock) {
    this.redis = redis;
    this.clock = clock;
  }

  /** Something that waits to be written. */
  private record Pending(Version version, String mark, Buffer value, Instant until, Runnable done) {
    /** The one that would be there after both. */
    Pending and(Pending later) {
      boolean fenced = version.equals(later.version) && mark.equals(FENCE_MARK);
      Pending there = fenced || version.isBefore(later.version) ? later : this;
      return new Pending(
          there.version,
          there.mark,
          there.value,
          there.until,
          () -> {
            done.run();
            later.done.run();
          });
    }
  }

  @Override
  public Uni<Map<String, Versioned>> get(List<String> keys) {
    Request command = Request.cmd(Command.MGET);
    keys.forEach(command::arg);
    return redis
        .ask(command)
        .map(values -> values.map(found -> read(keys, found)).orElseGet(Map::of));
  }

  @Override
  public void put(Map<String, Versioned> values, Instant until, Runnable done) {
    var some = new HashMap<String, Pending>();
    values.forEach((key, value) ->
        some.put(key, new Pending(value.version(), VALUE, value.value(), until, done)));
    add(some);
  }

  @Override
  public void fence(Collection<String> keys, Version notBefore) {
    Instant until = clock.instant().plus(FENCE);
    var some = new HashMap<String, Pending>();
    keys.forEach(
        key -> some.put(key, new Pending(notBefore, FENCE_MARK, Buffer.buffer(), until, () -> {})));
    add(some);
  }

  private void add(Map<String, Pending> some) {
    var dropped = new ArrayList<Pending>();
    boolean begin;
    synchronized (pending) {
      some.forEach((key, one) -> {
        if (redis.isOpen() && (pending.size() < PENDING || pending.containsKey(key))) {
          pending.merge(key, one, Pending::and);
        } else {
          dropped.add(one);
        }
      });
      begin = !writing && !pending.isEmpty();
      writing |= begin;
    }
    dropped.forEach(one -> one.done().run());
    if (begin) {
      write();
    }
  }

  private void write() {
    Map<String, Pending> some = take();
    if (!some.isEmpty()) {
      Cancellable _ =
          redis
              .ask(script(some))
              .subscribe()
              .with(written -> {
                some.values().forEach(one -> one.done().run());
                write();
              });
    }
  }

  private Map<String, Pending> take() {
    synchronized (pending) {
      var some = new HashMap<String, Pending>();
      for (var entry : pending.entrySet()) {
        if (some.size() < AT_ONCE) {
          some.put(entry.getKey(), entry.getValue());
        }
      }
      pending.keySet().removeAll(some.keySet());
      writing = !some.isEmpty();
      return some;
    }
  }

  private static Request script(Map<String, Pending> some) {
    var entries = List.copyOf(some.entrySet());
    Request command = Request.cmd(Command.EVAL).arg(PUT).arg(entries.size());
    entries.forEach(entry -> command.arg(entry.getKey()));
    for (var entry : entries) {
      Pending one = entry.getValue();
      command
          .arg(one.version().text())
          .arg(one.mark())
          .arg(io.vertx.mutiny.core.buffer.Buffer.newInstance(one.value()))
          .arg(one.until().toEpochMilli());
    }
    return command;
  }

  /** Values that are ours; fences and what somebody else has put there are left out. */
  private static Map<String, Versioned> read(List<String> keys, Response values) {
    var found = new HashMap<String, Versioned>();
    for (int i = 0; i < keys.size(); i++) {
      Response value = values.get(i);
      if (value != null) {
        Buffer text = value.toBuffer().getDelegate();
        int head = Math.min(HEAD_LENGTH, text.length());
        Matcher ours = HEAD.matcher(text.getString(0, head, StandardCharsets.ISO_8859_1.name()));
        if (ours.matches()) {
          found.put(
              keys.get(i),
              new Versioned(new Version(ours.group(1)), text.getBuffer(head, text.length())));
        }
      }
    }
    return found;
  }
}
