package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.client.CallLimits;
import io.ordersystem.devstack.client.Offer;
import io.ordersystem.devstack.client.OrderSystemClient;
import io.ordersystem.devstack.client.Tokens;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.Await;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.LocalSystem;
import io.ordersystem.devstack.stack.LocalSystem.Setup;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;

/**
 * What an order of one line costs and how long it takes, from the request to CONFIRMED through all
 * four services: first as many as they take, then half of that, and a few, by an open load, whose
 * times count from when each request was due. Beside them the same door with nothing behind it, and
 * the same SQL with nothing before it.
 */
final class OrdersBench {
  private static final int CONNECTIONS = 32;
  static final int OFFERS = 100;
  private static final int STOCK = 1_000_000_000;
  private static final int PERCENT = 99;
  private static final Duration SETTLES_WITHIN = Duration.ofSeconds(120);

  /** All processes together use less than so many cores for a second when nothing is left to do. */
  private static final double QUIET_CORES = 0.3;

  /** MiB of heap of each service. */
  private static final int HEAP = 128;

  /** Orders per second at which all services together write 200 messages per second. */
  private static final double FEW = 20;

  private static final int REPLAY_SECONDS = 4;

  /** Long enough for everything that runs by the clock every few seconds. */
  private static final Duration IDLE_WATCHED = Duration.ofSeconds(15);

  private static final String MOST = "most: orders per second to CONFIRMED";
  private static final String REFUSED = "nothing: requests per second that are refused when read";
  private static final String DRAINED = "drain: events per second out of a full outbox";
  private static final String PRODUCED = "drain: records per second of Kafka's own benchmark";
  private static final String REPLAYED = "pgbench: orders per second";

  private final LocalSystem system;
  private final Database database = new Database(LocalPort.POSTGRES.number());
  private final Tokens tokens;
  private final PrintWriter out;
  private final Map<String, Long> processes = new LinkedHashMap<>();
  private final Map<String, Figures> figures = new LinkedHashMap<>();
  private final Map<String, Histogram> times = new LinkedHashMap<>();
  private final Map<String, Long> memory = new LinkedHashMap<>();

  OrdersBench(LocalSystem system, Tokens tokens, PrintWriter out) {
    this.system = system;
    this.tokens = tokens;
    this.out = out;
  }

  /**
   * Runs the rounds; whether every floor was reached.
   *
   * @param report where the report is written to; null for nowhere
   * @throws ComponentFailed when an order was not taken and confirmed: figures of a system that has
   *     stopped say nothing
   */
  boolean run(int rounds, int seconds, int warmUp, @Nullable Path report)
      throws IOException, InterruptedException, SQLException {
    List<Component> services =
        List.of(
            service("order", LocalPort.ORDER, LocalPort.ORDER_MANAGEMENT),
            service("inventory", LocalPort.INVENTORY, LocalPort.INVENTORY_MANAGEMENT),
            service("payment", LocalPort.PAYMENT, LocalPort.PAYMENT_MANAGEMENT),
            service("notification", LocalPort.NOTIFICATION, LocalPort.NOTIFICATION_MANAGEMENT));
    try {
      system.measureBroker();
      for (String name : List.of("postgres", "kafka", "redis", "sandbox", "edge")) {
        system.find(name).orElseThrow().start().run();
      }
      services.forEach(service -> service.start().run());
      processes(services);
      offer();
      measure(rounds, seconds, warmUp);
      OrderReplay replay = replay();
      for (Component service : services) {
        memory.put(service.name(), CpuUse.peakMebibytes(service.pid()));
      }
      services.stream()
          .filter(service -> !service.name().equals("inventory-service"))
          .forEach(service -> service.stop().run());
      drain(rounds);
      // Nothing is left that would publish what the replay writes, or be slowed down by it.
      services.forEach(service -> service.stop().run());
      for (int round = 1; round <= rounds; round++) {
        add(REPLAYED, replay.run(REPLAY_SECONDS));
        say("  pgbench: %.0f orders/s", figure(REPLAYED).latest());
      }
      var written =
          new OrdersReport(
              figures,
              times,
              memory,
              floors(),
              servers(),
              "./order-system bench orders --rounds %d --seconds %d --warm-up %d"
                  .formatted(rounds, seconds, warmUp));
      written.print(out);
      if (report != null) {
        written.write(report);
      }
      return floors().stream().allMatch(OrdersReport.Floor::reached);
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

  private void measure(int rounds, int seconds, int warmUp) throws InterruptedException {
    try (var load = new HttpLoad();
        var decisions = new Decisions()) {
      say("warm-up: %d s", warmUp);
      warmUp(load, decisions, Duration.ofSeconds(warmUp));
      for (int round = 1; round <= rounds; round++) {
        say("round %d of %d", round, rounds);
        idle(Duration.ofSeconds(Math.max(1, seconds / 2)));
        double most = most(load, decisions, Duration.ofSeconds(seconds), true);
        open("half", load, decisions, Duration.ofSeconds(seconds), most / 2);
        open("few", load, decisions, Duration.ofSeconds(seconds), FEW);
        nothing(load, Duration.ofSeconds(Math.max(1, seconds / 2)));
      }
    }
  }

  /** What one order is to PostgreSQL, taken down while it is placed and nothing else happens. */
  private OrderReplay replay() throws IOException, InterruptedException, SQLException {
    var log = new StatementLog(database, system.state().log("postgres"));
    Set<String> idle =
        log.during(() -> Thread.sleep(IDLE_WATCHED)).stream()
            .map(StatementLog.Executed::sql)
            .collect(Collectors.toSet());
    List<StatementLog.Executed> executed =
        log.during(() -> {
          try (var load = new HttpLoad();
              var decisions = new Decisions()) {
            one(load, decisions);
          }
        });
    var pgbench =
        new PgBench(LocalPort.POSTGRES.number(), Database.NAME, system.state().data("bench"));
    var replay = new OrderReplay(database, pgbench, executed, idle);
    add("pgbench: statements of an order", replay.statements());
    add("pgbench: transactions of an order", replay.transactions());
    say("an order is %d statements in %d transactions", replay.statements(), replay.transactions());
    return replay;
  }

  private String servers() throws SQLException {
    try (var connection = database.connect(DatabaseRole.SUPERUSER)) {
      return "PostgreSQL %s, Kafka %s"
          .formatted(
              connection.getMetaData().getDatabaseProductVersion(), AppInfoParser.getVersion());
    }
  }

  private void drain(int rounds) throws SQLException {
    var drain = new OutboxDrain(database);
    drain.drain();
    for (int round = 1; round <= rounds; round++) {
      add(DRAINED, drain.drain());
      add(PRODUCED, drain.producer());
      say(
          "  outbox: %.0f events/s; Kafka's producer benchmark: %.0f records/s",
          figure(DRAINED).latest(), figure(PRODUCED).latest());
    }
  }

  private void one(HttpLoad load, Decisions decisions) throws InterruptedException {
    decisions.begin();
    Buffer request = order(token(), Integer.parseInt(OrderReplay.OFFER.replaceAll("\\D", "")));
    // One at a time, and the next one would be due after the end.
    var result =
        load.open(
            LocalPort.ORDER.number(),
            1,
            Duration.ofMillis(100),
            10,
            () -> request,
            "Location",
            (status, location, since) -> placed(decisions, status, location, since));
    settle(decisions, result);
    if (decisions.confirmed() != 1) {
      throw new ComponentFailed(
          "%d orders were taken down instead of one".formatted(decisions.confirmed()));
    }
  }

  /** What fewer orders at a time run through is compiled as well: a fifth of the time is theirs. */
  private void warmUp(HttpLoad load, Decisions decisions, Duration time)
      throws InterruptedException {
    Duration half = time.dividedBy(5);
    double rate = most(load, decisions, time.minus(half), false) / 2;
    decisions.begin();
    settle(decisions, placing(load, decisions, half, rate));
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
      add(MOST, rate);
      add("most: events of orders per second", decisions.events() / took);
      cpu("most", before, decisions.confirmed());
      say("  %.0f orders/s to CONFIRMED, %.0f/s taken", rate, result.perSecond());
    }
    return rate;
  }

  /** What all of it costs while there are no orders. */
  private void idle(Duration time) throws InterruptedException {
    var before = cpu();
    long began = System.nanoTime();
    Thread.sleep(time);
    double took = (System.nanoTime() - began) / 1e9;
    double sum = 0;
    for (var now : cpu().entrySet()) {
      double percent = (now.getValue() - before.getOrDefault(now.getKey(), 0.0)) / took * 1e2;
      add("idle: percent of a core, " + now.getKey(), percent);
      sum += isOurs(now.getKey()) ? percent : 0;
    }
    add("idle: percent of a core, all but provider and driver", sum);
    say("  idle: %.1f %% of a core", sum);
  }

  /** So many per second, whatever becomes of them. */
  private void open(String arm, HttpLoad load, Decisions decisions, Duration time, double perSecond)
      throws InterruptedException {
    decisions.begin();
    var before = cpu();
    var result = placing(load, decisions, time, perSecond);
    settle(decisions, result);
    Histogram decided = decisions.decidedMicros();
    Histogram delay = decisions.delayMicros();
    add(arm + ": orders per second", perSecond);
    times(arm + ": milliseconds to 201", result.micros());
    times(arm + ": milliseconds to CONFIRMED", decided);
    times(arm + ": milliseconds from an event to its consumer", delay);
    cpu(arm, before, decisions.confirmed());
    say(
        "  at %.0f/s: 201 p50 %.1f ms, p99 %.1f ms; CONFIRMED p50 %.1f ms, p99 %.1f ms",
        perSecond,
        result.micros().getValueAtPercentile(50) / 1e3,
        result.micros().getValueAtPercentile(PERCENT) / 1e3,
        decided.getValueAtPercentile(50) / 1e3,
        decided.getValueAtPercentile(PERCENT) / 1e3);
  }

  private HttpLoad.Result placing(
      HttpLoad load, Decisions decisions, Duration time, double perSecond)
      throws InterruptedException {
    return load.open(
        LocalPort.ORDER.number(),
        CONNECTIONS * 4,
        time,
        perSecond,
        orders(),
        "Location",
        (status, location, since) -> placed(decisions, status, location, since));
  }

  /** The same door with nothing behind it: a request that is refused when it has been read. */
  private void nothing(HttpLoad load, Duration time) throws InterruptedException {
    Buffer request =
        HttpLoad.post("/api/orders", token(), "{\"customerId\": \"bench\", \"items\": []}");
    var result = load.run(LocalPort.ORDER.number(), CONNECTIONS, time, () -> request);
    if (result.count(422) != result.answers()) {
      throw new ComponentFailed("an order of nothing is answered " + result.statuses());
    }
    add(REFUSED, result.perSecond());
    say("  %.0f/s refused when they were read", result.perSecond());
  }

  private void placed(Decisions decisions, int status, String location, long since) {
    if (status == 201) {
      decisions.placed(location.substring(location.lastIndexOf('/') + 1), since);
    }
  }

  private void settle(Decisions decisions, HttpLoad.Result result) {
    boolean all = decisions.all(SETTLES_WITHIN) && quiet();
    if (!all || result.count(201) != result.answers() || decisions.cancelled() > 0) {
      throw new ComponentFailed(
          "answers %s, %d confirmed, %d cancelled, all decided: %s"
              .formatted(result.statuses(), decisions.confirmed(), decisions.cancelled(), all));
    }
  }

  private Supplier<Buffer> orders() {
    String token = token();
    Buffer[] requests = new Buffer[OFFERS];
    for (int n = 0; n < OFFERS; n++) {
      requests[n] = order(token, n);
    }
    return () -> requests[ThreadLocalRandom.current().nextInt(OFFERS)];
  }

  /** One line, and a customer who has left an address: the order is told of by mail. */
  private static Buffer order(String token, int n) {
    return HttpLoad.post(
        "/api/orders",
        token,
        """
        {"customerId": "bench-%1$d", "contact": {"name": "Bench", "email": "bench-%1$d@example.org"},
         "items": [{"variantId": "bench-%1$d", "sellerId": "s1", "quantity": 1}]}
        """
            .formatted(n));
  }

  private String token() {
    return tokens.token("service", "bench", null);
  }

  /** What orders have left behind, mails and notifications of others, is part of what they cost. */
  private boolean quiet() {
    return Await.within(
        SETTLES_WITHIN,
        () -> {
          double before = cores();
          long began = System.nanoTime();
          LockSupport.parkNanos(1_000_000_000);
          return (cores() - before) / ((System.nanoTime() - began) / 1e9) < QUIET_CORES;
        });
  }

  /** Seconds of processor time so far, of all but this process. */
  private double cores() {
    return processes.values().stream()
        .filter(pid -> pid != ProcessHandle.current().pid())
        .mapToDouble(CpuUse::ofTree)
        .sum();
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
      sum += isOurs(now.getKey()) ? millis : 0;
    }
    add("%s: CPU ms per order, all but provider and driver".formatted(arm), sum);
    say("  %.1f ms of processor time per order", sum);
  }

  private static boolean isOurs(String process) {
    return !process.equals("provider") && !process.equals("driver");
  }

  private void times(String what, Histogram micros) {
    times.computeIfAbsent(what, any -> new Histogram(micros)).add(micros);
    add(what + ", p50", micros.getValueAtPercentile(50) / 1e3);
    add(what + ", p99", micros.getValueAtPercentile(PERCENT) / 1e3);
  }

  private void add(String figure, double value) {
    figures.computeIfAbsent(figure, any -> new Figures()).add(value);
  }

  private List<OrdersReport.Floor> floors() {
    return List.of(
        OrdersReport.Floor.most(
            "CPU ms per confirmed order, at half",
            figure("half: CPU ms per order, all but provider and driver"),
            60,
            25),
        OrdersReport.Floor.most(
            "CPU ms per confirmed order, at the most",
            figure("most: CPU ms per order, all but provider and driver"),
            60,
            25),
        OrdersReport.Floor.least(
            "orders to CONFIRMED by orders in pgbench",
            figure(MOST).by(figure(REPLAYED)),
            0.1,
            0.5),
        OrdersReport.Floor.most(
            "ms to 201, p99, at half", figure("half: milliseconds to 201, p99"), 100, 25),
        OrdersReport.Floor.most(
            "ms to CONFIRMED, p99, at half",
            figure("half: milliseconds to CONFIRMED, p99"),
            500,
            150),
        OrdersReport.Floor.most(
            "ms from an event to its consumer, p99, at 200 messages per second",
            figure("few: milliseconds from an event to its consumer, p99"),
            25,
            10),
        OrdersReport.Floor.least(
            "events out of a full outbox by records of Kafka's benchmark",
            figure(DRAINED).by(figure(PRODUCED)),
            0.3,
            0.7));
  }

  private Figures figure(String figure) {
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
