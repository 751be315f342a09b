package io.ordersystem.devstack.prove;

import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalSystem.Setup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * How long reads of orders take while Redis is in trouble, by those of a process that has no cache:
 * two processes alike but for that, loaded in turns. The trouble begins when its load has begun.
 */
final class CacheLatency {
  private static final double MOST = 2.0;
  private static final int ROUNDS = 3;
  private static final int READERS = 8;
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration ROUND = Duration.ofSeconds(6);

  /** Longer than a process leaves Redis alone after the last trouble. */
  private static final Duration AGAIN = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int HEAP = 160;
  private static final String ORDERS =
      "SELECT id::text FROM orders.orders ORDER BY id DESC LIMIT 200";

  private final Scene scene;
  private final String bearer;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  CacheLatency(Scene scene, String bearer) {
    this.scene = scene;
    this.bearer = bearer;
  }

  boolean holds() throws Exception {
    int cached = Ports.free();
    int uncached = Ports.free();
    List<Component> processes = List.of(process(cached, 1, "true"), process(uncached, 2, "false"));
    try {
      placeOrders();
      processes.forEach(process -> process.start().run());
      List<String> orders = scene.texts(ORDERS);
      if (load(cached, orders, WARM_UP, () -> {}).cached() == 0) {
        scene.say("the process with a cache does not reach it: NOT MEASURED");
        return false;
      }
      load(uncached, orders, WARM_UP, () -> {});
      boolean holds = true;
      for (RedisTrouble trouble : RedisTrouble.values()) {
        holds &= isBounded(trouble, cached, uncached, orders);
      }
      return holds;
    } finally {
      processes.forEach(process -> process.stop().run());
      http.close();
    }
  }

  private Component process(int port, int instance, String cache) {
    return scene
        .system()
        .measured(
            "order-service",
            "order",
            port,
            Ports.free(),
            new Setup(instance, HEAP, Map.of("CACHE_ENABLED", cache)));
  }

  private void placeOrders() throws Exception {
    try (var client = scene.client()) {
      var orders = new Orders(client);
      orders.offerPlenty();
      for (int i = 0; i < 10; i++) {
        orders.placeEachKind(Scene.newRun("latency"));
      }
    }
  }

  private boolean isBounded(RedisTrouble trouble, int cached, int uncached, List<String> orders)
      throws Exception {
    var ratios = new ArrayList<Double>();
    long failures = 0;
    boolean caches = true;
    for (int round = 0; round < ROUNDS; round++) {
      Load without = load(uncached, orders, ROUND, () -> {});
      // The trouble is to begin for a process that has a cache.
      caches &= load(cached, orders, AGAIN, () -> {}).cached() > 0;
      var ended = new ArrayList<RedisTrouble.Ended>();
      Load with;
      try {
        with =
            load(cached, orders, ROUND, () -> ended.add(trouble.begin(scene.component("redis"))));
      } finally {
        ended.forEach(RedisTrouble.Ended::close);
      }
      failures += with.failures() + without.failures();
      ratios.add(with.p99() / without.p99());
      scene.say(
          "redis %-11s p99 %6.1f ms, without a cache %6.1f ms (%,d and %,d reads)",
          trouble.label(), with.p99(), without.p99(), with.reads(), without.reads());
    }
    double median = ratios.stream().sorted().toList().get(ROUNDS / 2);
    boolean holds = median <= MOST && failures == 0 && caches;
    scene.say(
        "redis %-11s p99 by that without a cache: %.2f (at most %.1f), %d errors, cached before: %s%s",
        trouble.label(), median, MOST, failures, caches, holds ? "" : ": NOT BOUNDED");
    return holds;
  }

  /** A load; times in milliseconds. */
  private record Load(double p99, long reads, long cached, long failures) {}

  private Load load(int port, List<String> orders, Duration time, Runnable meanwhile)
      throws Exception {
    var micros = new ConcurrentHistogram(60_000_000, 2);
    var failures = new AtomicLong();
    var fromCache = new AtomicLong();
    long end = System.nanoTime() + time.toNanos();
    Callable<Void> reader =
        () -> {
          while (System.nanoTime() < end) {
            String order = orders.get(ThreadLocalRandom.current().nextInt(orders.size()));
            long began = System.nanoTime();
            HttpResponse<Void> answer = read(port, order);
            if (answer.statusCode() != 200) {
              failures.incrementAndGet();
            }
            if (isCached(answer)) {
              fromCache.incrementAndGet();
            }
            micros.recordValue(Math.min((System.nanoTime() - began) / 1_000, 59_000_000));
          }
          return null;
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var readers = new ArrayList<Future<Void>>();
      for (int i = 0; i < READERS; i++) {
        readers.add(threads.submit(reader));
      }
      meanwhile.run();
      for (Future<Void> one : readers) {
        one.get();
      }
    }
    return new Load(
        micros.getValueAtPercentile(99) / 1_000.0,
        micros.getTotalCount(),
        fromCache.get(),
        failures.get());
  }

  private static boolean isCached(HttpResponse<Void> answer) {
    return answer.headers().firstValue("X-Read-Source").filter("cache"::equals).isPresent();
  }

  private HttpResponse<Void> read(int port, String order) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/orders/" + order))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + bearer)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding());
  }
}
