package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.client.CallLimits;
import io.ordersystem.devstack.client.Offer;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.client.Tokens;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.LocalSystem;
import io.ordersystem.devstack.stack.LocalSystem.Setup;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * What an order of one line costs and how long it takes, from the request to CONFIRMED through all
 * four services: first as many as they take, then half of that by an open load, whose times count
 * from when each request was due.
 */
final class OrdersBench {
  private static final int CONNECTIONS = 32;
  private static final int OFFERS = 100;
  private static final int STOCK = 1_000_000_000;
  private static final int PERCENT = 99;
  private static final Duration SETTLES_WITHIN = Duration.ofSeconds(120);

  /** MiB of heap of each service. */
  private static final int HEAP = 128;

  private static final double MOST_CPU_MILLIS = 60;
  private static final double MOST_CREATED_MILLIS = 100;
  private static final double MOST_CONFIRMED_MILLIS = 500;

  private final LocalSystem system;
  private final Tokens tokens;
  private final PrintWriter out;
  private final Map<String, Long> processes = new LinkedHashMap<>();
  private final Map<String, Figures> figures = new LinkedHashMap<>();
  private boolean complete = true;

  OrdersBench(LocalSystem system, Tokens tokens, PrintWriter out) {
    this.system = system;
    this.tokens = tokens;
    this.out = out;
  }

  /** Runs the rounds; whether every floor was reached and every order was confirmed. */
  boolean run(int rounds, int seconds, int warmUp) throws IOException, InterruptedException {
    List<Component> services =
        List.of(
            service("order", LocalPort.ORDER, LocalPort.ORDER_MANAGEMENT),
            service("inventory", LocalPort.INVENTORY, LocalPort.INVENTORY_MANAGEMENT),
            service("payment", LocalPort.PAYMENT, LocalPort.PAYMENT_MANAGEMENT),
            service("notification", LocalPort.NOTIFICATION, LocalPort.NOTIFICATION_MANAGEMENT));
    try {
      for (String name : List.of("postgres", "kafka", "redis", "sandbox", "edge")) {
        system.find(name).orElseThrow().start().run();
      }
      services.forEach(service -> service.start().run());
      processes(services);
      offer();
      return measure(services, rounds, seconds, warmUp);
    } finally {
      services.forEach(service -> service.stop().run());
    }
  }

  private Component service(String name, LocalPort port, LocalPort management) {
    return system.measured(
        name + "-service", name, port.number(), management.number(), new Setup(0, HEAP, Map.of()));
  }

  /** Whose processor time an order takes. The last two are not ours, and are shown apart. */
  private void processes(List<Component> services) {
    services.forEach(service -> processes.put(service.name(), service.pid()));
    for (String name : List.of("postgres", "postgres-replica", "kafka", "redis")) {
      processes.put(name, system.find(name).orElseThrow().pid());
    }
    processes.put("provider", system.find("sandbox").orElseThrow().pid());
    processes.put("driver", ProcessHandle.current().pid());
  }

  private void offer() {
    try (var client =
        new OrderSystemClient(URI.create(LocalPort.GATEWAY.url()), tokens, CallLimits.STANDARD)) {
      for (int n = 0; n < OFFERS; n++) {
        client
            .operator("bench")
            .putOffer("bench-" + n, "s1", new Offer.Terms("Bench", 1_999, "EUR", STOCK, 0));
      }
    }
  }

  private boolean measure(List<Component> services, int rounds, int seconds, int warmUp)
      throws IOException, InterruptedException {
    try (var load = new HttpLoad();
        var decisions = new Decisions()) {
      say("warm-up: %d s", warmUp);
      most(load, decisions, Duration.ofSeconds(warmUp), false);
      for (int round = 1; round <= rounds; round++) {
        say("round %d of %d", round, rounds);
        double most = most(load, decisions, Duration.ofSeconds(seconds), true);
        half(load, decisions, Duration.ofSeconds(seconds), most / 2);
        nothing(load, Duration.ofSeconds(Math.max(1, seconds / 2)));
      }
    }
    return report(services);
  }

  /** As many as they take: orders that are decided per second, the last one's time included. */
  private double most(HttpLoad load, Decisions decisions, Duration time, boolean kept)
      throws InterruptedException {
    decisions.begin();
    var before = cpu();
    long began = System.nanoTime();
    var result =
        load.run(
            LocalPort.ORDER.number(),
            CONNECTIONS,
            time,
            orders(),
            "Location",
            (status, location, since) -> placed(decisions, status, location, since));
    settle(decisions, result);
    double took = (decisions.lastNanos() - began) / 1e9;
    double rate = decisions.confirmed() / took;
    if (kept) {
      add("most: orders per second to CONFIRMED", rate);
      add("most: events of orders per second", decisions.events() / took);
      cpu("most", before, decisions.confirmed());
      say("  %.0f orders/s to CONFIRMED, %.0f/s taken", rate, result.perSecond());
    }
    return rate;
  }

  private void half(HttpLoad load, Decisions decisions, Duration time, double perSecond)
      throws InterruptedException {
    decisions.begin();
    var before = cpu();
    var result =
        load.open(
            LocalPort.ORDER.number(),
            CONNECTIONS * 4,
            time,
            perSecond,
            orders(),
            "Location",
            (status, location, since) -> placed(decisions, status, location, since));
    settle(decisions, result);
    Histogram decided = decisions.decidedMicros();
    Histogram delay = decisions.delayMicros();
    add("half: orders per second", perSecond);
    times("half: milliseconds to 201", result.micros());
    times("half: milliseconds to CONFIRMED", decided);
    times("half: milliseconds from an event to its consumer", delay);
    cpu("half", before, decisions.confirmed());
    say(
        "  at %.0f/s: 201 p50 %.1f ms, p99 %.1f ms; CONFIRMED p50 %.1f ms, p99 %.1f ms",
        perSecond,
        result.micros().getValueAtPercentile(50) / 1e3,
        result.micros().getValueAtPercentile(PERCENT) / 1e3,
        decided.getValueAtPercentile(50) / 1e3,
        decided.getValueAtPercentile(PERCENT) / 1e3);
  }

  /** The same door with nothing behind it: a request that is refused when it has been read. */
  private void nothing(HttpLoad load, Duration time) throws InterruptedException {
    Buffer request =
        HttpLoad.post("/api/orders", token(), "{\"customerId\": \"bench\", \"items\": []}");
    var result = load.run(LocalPort.ORDER.number(), CONNECTIONS, time, () -> request);
    if (result.count(422) != result.answers()) {
      throw new ComponentFailed("an order of nothing is answered " + result.statuses());
    }
    add("nothing: requests per second that are refused when read", result.perSecond());
    say("  %.0f/s refused when they were read", result.perSecond());
  }

  private void placed(Decisions decisions, int status, String location, long since) {
    if (status == 201) {
      decisions.placed(location.substring(location.lastIndexOf('/') + 1), since);
    }
  }

  private void settle(Decisions decisions, HttpLoad.Result result) {
    boolean all = decisions.all(SETTLES_WITHIN);
    if (!all || result.count(201) != result.answers() || decisions.cancelled() > 0) {
      complete = false;
      say(
          "  BROKEN: answers %s, %d confirmed, %d cancelled, all decided: %s",
          result.statuses(), decisions.confirmed(), decisions.cancelled(), all);
    }
  }

  private Supplier<Buffer> orders() {
    String token = token();
    Buffer[] requests = new Buffer[OFFERS];
    for (int n = 0; n < OFFERS; n++) {
      requests[n] =
          HttpLoad.post(
              "/api/orders",
              token,
              "{\"customerId\": \"bench-%d\", \"items\": [{\"variantId\": \"bench-%d\", \"sellerId\": \"s1\", \"quantity\": 1}]}"
                  .formatted(n, n));
    }
    return () -> requests[ThreadLocalRandom.current().nextInt(OFFERS)];
  }

  private String token() {
    return tokens.token("service", "bench", null);
  }

  private Map<String, Double> cpu() {
    var use = new LinkedHashMap<String, Double>();
    processes.forEach((name, pid) ->
        use.put(
            name, pid == ProcessHandle.current().pid() ? CpuUse.ofOne(pid) : CpuUse.ofTree(pid)));
    return use;
  }

  /** Milliseconds of processor time per confirmed order, by process and in all. */
  private void cpu(String arm, Map<String, Double> before, int orders) {
    double sum = 0;
    for (var now : cpu().entrySet()) {
      double millis =
          (now.getValue() - before.getOrDefault(now.getKey(), 0.0)) * 1e3 / Math.max(1, orders);
      add("%s: CPU ms per order, %s".formatted(arm, now.getKey()), millis);
      boolean ours = !now.getKey().equals("provider") && !now.getKey().equals("driver");
      sum += ours ? millis : 0;
    }
    add("%s: CPU ms per order, all but provider and driver".formatted(arm), sum);
    say("  %.1f ms of processor time per order", sum);
  }

  private void times(String what, Histogram micros) {
    add(what + ", p50", micros.getValueAtPercentile(50) / 1e3);
    add(what + ", p99", micros.getValueAtPercentile(PERCENT) / 1e3);
  }

  private void add(String figure, double value) {
    figures.computeIfAbsent(figure, any -> new Figures()).add(value);
  }

  private boolean report(List<Component> services) throws IOException {
    say("%nmedian of the rounds (least to most):");
    figures.forEach((name, figure) -> say("  %-62s %s", name, figure.text("%.1f")));
    say("%nof what the same door does with nothing behind it:");
    say(
        "  %-62s %s",
        "orders to CONFIRMED by requests that are refused when read",
        median("most: orders per second to CONFIRMED")
            .by(median("nothing: requests per second that are refused when read"))
            .text("%.3f"));
    say("%nmost memory, MiB:");
    for (Component service : services) {
      say("  %-62s %d", service.name(), CpuUse.peakMebibytes(service.pid()));
    }
    say("");
    boolean cpu =
        floor("half: CPU ms per order, all but provider and driver", MOST_CPU_MILLIS, "goal 25");
    boolean created = floor("half: milliseconds to 201, p99", MOST_CREATED_MILLIS, "goal 25");
    boolean confirmed =
        floor("half: milliseconds to CONFIRMED, p99", MOST_CONFIRMED_MILLIS, "goal 150");
    say("  every order was taken and confirmed: %s", complete ? "yes" : "NO");
    return cpu && created && confirmed && complete;
  }

  private boolean floor(String figure, double most, String goal) {
    boolean reached = median(figure).median() <= most;
    say(
        "  %s: %.1f; at most %.0f (%s): %s",
        figure, median(figure).median(), most, goal, reached ? "reached" : "MISSED");
    return reached;
  }

  private Figures median(String figure) {
    Figures found = figures.get(figure);
    if (found == null) {
      throw new ComponentFailed("nothing was measured: " + figure);
    }
    return found;
  }

  private void say(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
