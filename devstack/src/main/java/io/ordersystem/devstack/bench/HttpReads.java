package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.client.Tokens;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.LocalSystem;
import io.vertx.core.buffer.Buffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One order by id through order-service, in processes that differ only in what they may use: cache
 * and replica, the replica only, neither. All of them run all the time, so that what they do
 * besides is the same in every arm, and what the primary uses when nobody asks anything is measured
 * in each round and taken off.
 *
 * <p>The two arms that are judged read what was just written, with its token, while a change is
 * written for every twenty reads. What a write costs the primary is measured in the same round,
 * without reads, and taken off too: what remains is the processor time of the reads.
 */
final class HttpReads implements AutoCloseable {
  private static final String SOURCE = "X-Read-Source";
  private static final int CONNECTIONS = 16;
  private static final int HOT = 200;
  private static final int READS_PER_WRITE = 20;
  private static final int HEAP = 192;

  private final LocalSystem system;
  private final Tokens tokens;
  private final Consumer<String> progress;
  private final List<UUID> orders;
  private final List<UUID> changeable;
  private final Instance cached;
  private final Instance replicated;
  private final Instance alone;
  private final Map<String, Arm> arms = new LinkedHashMap<>();
  private int unread;
  private boolean allAnswered = true;

  /** A process of order-service. */
  private record Instance(Component component, int port) {}

  /** The figures of one arm's rounds. */
  static final class Arm {
    final Figures perSecond = new Figures();
    final Figures p50 = new Figures();
    final Figures p99 = new Figures();

    /** Microseconds of the primary's processor time per read. */
    final Figures primary = new Figures();

    /** Parts of the answers by where they came from. */
    final Map<String, Figures> sources = new LinkedHashMap<>();
  }

  /**
   * Makes the processes; they start with the first round.
   *
   * @param orders to read, in this order, as far as the cache shall not have them
   */
  HttpReads(
      LocalSystem system, Tokens tokens, ReadCases cases, int orders, Consumer<String> progress)
      throws SQLException {
    this.system = system;
    this.tokens = tokens;
    this.progress = progress;
    this.orders = cases.orders(orders).stream().map(ReadCases.Known::id).toList();
    this.changeable = cases.changeable(500).stream().map(ReadCases.Known::id).toList();
    String replica = "127.0.0.1:" + LocalPort.REPLICA.number();
    cached = instance(1, Map.of("READS_REPLICAS", replica, "CACHE_ENABLED", "true"));
    replicated = instance(2, Map.of("READS_REPLICAS", replica, "CACHE_ENABLED", "false"));
    alone = instance(3, Map.of("READS_REPLICAS", "", "CACHE_ENABLED", "false"));
  }

  private Instance instance(int number, Map<String, String> environment) {
    int port = Ports.free();
    var setup = new LocalSystem.Setup(number, HEAP, environment);
    return new Instance(system.measured("order-service", "order", port, Ports.free(), setup), port);
  }

  void start() {
    for (Instance instance : List.of(cached, replicated, alone)) {
      instance.component().start().run();
    }
  }

  /** All arms once; what they come to is kept unless this is the warm-up. */
  void round(int seconds, boolean kept) throws InterruptedException {
    String token = tokens.token("operator", "bench", null);
    var time = Duration.ofSeconds(seconds);
    try (var load = new HttpLoad()) {
      double idle = idle(time);
      List<UUID> hot = orders.subList(0, HOT);
      load.run(cached.port(), CONNECTIONS, Duration.ofSeconds(1), among(hot, token));
      arm(load, "cache hit", cached, time, among(hot, token), idle, kept);
      arm(load, "cache miss", cached, time, unread(token), idle, kept);
      arm(load, "cache off, replica", replicated, time, among(hot, token), idle, kept);
      arm(load, "cache off, primary", alone, time, among(hot, token), idle, kept);
      double write = writes(token, time, idle);
      tokened(load, "just written, replica", replicated, token, time, idle, write, kept);
      tokened(load, "just written, primary", alone, token, time, idle, write, kept);
    }
  }

  /** Seconds of processor time of the primary per second, while nobody asks anything. */
  private double idle(Duration time) throws InterruptedException {
    double before = primary();
    // The time that is measured, not waiting for something to happen.
    Thread.sleep(time);
    double use = (primary() - before) / time.toSeconds();
    progress.accept("primary when idle: %.1f %% of a core".formatted(use * 100));
    return use;
  }

  /** Seconds of processor time of the primary per write. */
  private double writes(String token, Duration time, double idle) {
    try (var writes = new TokenedWrites(alone.port(), token, changeable, READS_PER_WRITE)) {
      long first = writes.writes();
      double before = primary();
      writes.writeAlone(50.0 * READS_PER_WRITE, time);
      double use = (primary() - before - idle * time.toSeconds()) / (writes.writes() - first);
      progress.accept("a write costs the primary %.0f microseconds".formatted(use * 1e6));
      return use;
    }
  }

  private void arm(
      HttpLoad load,
      String name,
      Instance instance,
      Duration time,
      Supplier<Buffer> requests,
      double idle,
      boolean kept)
      throws InterruptedException {
    double before = primary();
    long began = System.nanoTime();
    var result = load.run(instance.port(), CONNECTIONS, time, requests, SOURCE);
    double use = primary() - before - idle * (System.nanoTime() - began) / 1e9;
    keep(name, result, use, kept);
  }

  private void tokened(
      HttpLoad load,
      String name,
      Instance instance,
      String token,
      Duration time,
      double idle,
      double write,
      boolean kept)
      throws InterruptedException {
    try (var writes = new TokenedWrites(instance.port(), token, changeable, READS_PER_WRITE)) {
      long first = writes.writes();
      double before = primary();
      long began = System.nanoTime();
      var result = load.run(instance.port(), CONNECTIONS, time, writes.requests(), SOURCE);
      double use =
          primary()
              - before
              - idle * (System.nanoTime() - began) / 1e9
              - write * (writes.writes() - first);
      keep(name, result, use, kept);
    }
  }

  private void keep(String name, HttpLoad.Result result, double use, boolean kept) {
    if (result.count(200) != result.answers()) {
      allAnswered = false;
      progress.accept("BROKEN: not all reads were answered: " + result.statuses());
    }
    double perRead = use / result.answers() * 1e6;
    progress.accept(
        String.format(
            Locale.ROOT,
            "%-24s %6.0f/s, primary %5.0f microseconds per read, %s",
            name,
            result.perSecond(),
            perRead,
            result.values()));
    if (!kept) {
      return;
    }
    Arm arm = arms.computeIfAbsent(name, any -> new Arm());
    arm.perSecond.add(result.perSecond());
    arm.p50.add(result.micros().getValueAtPercentile(50));
    arm.p99.add(result.micros().getValueAtPercentile(99));
    arm.primary.add(perRead);
    for (String source : List.of("cache", "replica", "primary")) {
      arm.sources
          .computeIfAbsent(source, any -> new Figures())
          .add(result.values().getOrDefault(source, 0) / (double) result.answers());
    }
  }

  /** Whether every read of every round was answered with the order. */
  boolean allAnswered() {
    return allAnswered;
  }

  Arm arm(String name) {
    Arm arm = arms.get(name);
    if (arm == null) {
      throw new ComponentFailed("nothing was measured of " + name);
    }
    return arm;
  }

  /** A line per arm. */
  void report(Consumer<String> out) {
    arms.forEach((name, arm) ->
        out.accept(
            String.format(
                Locale.ROOT,
                "  %-24s %24s/s  p50 %s, p99 %s, primary %s microseconds; cache %.0f %%, replica %.0f %%, primary %.0f %%",
                name,
                arm.perSecond.text("%.0f"),
                arm.p50.text("%.0f"),
                arm.p99.text("%.0f"),
                arm.primary.text("%.0f"),
                share(arm, "cache"),
                share(arm, "replica"),
                share(arm, "primary"))));
  }

  private static double share(Arm arm, String source) {
    Figures figures = arm.sources.get(source);
    return figures == null ? 0 : figures.median() * 100;
  }

  private static Supplier<Buffer> among(List<UUID> ids, String token) {
    Buffer[] requests = ids.stream().map(id -> read(id, token)).toArray(Buffer[]::new);
    return () -> requests[ThreadLocalRandom.current().nextInt(requests.length)];
  }

  /** Each once, until there are no more; then those that were read longest ago. */
  private Supplier<Buffer> unread(String token) {
    return () -> {
      unread = Math.max(HOT, (unread + 1) % orders.size());
      return read(orders.get(unread), token);
    };
  }

  private static Buffer read(UUID id, String token) {
    return HttpLoad.get("/api/orders/" + id, token, "");
  }

  private double primary() {
    return CpuUse.ofTree(
        system
            .find("postgres")
            .flatMap(component -> component.daemon().running())
            .orElseThrow(() -> new ComponentFailed("postgres does not run"))
            .pid());
  }

  @Override
  public void close() {
    for (Instance instance : List.of(cached, replicated, alone)) {
      instance.component().stop().run();
    }
  }
}
