package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.client.Tokens;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.process.Ports;
import io.ordersystem.devstack.stack.Component;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.LocalSystem;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * How fast stock is reserved, as ratios of arms that ran in turns on one PostgreSQL: (a) the seed's
 * way through the same HTTP door, (b) ours on one offer, (c) ours on ten thousand, (d) one
 * statement per reservation straight at PostgreSQL, (e) our batched SQL straight at PostgreSQL.
 * With each arm's processor time per reservation and process, and the books checked after each
 * round.
 */
final class InventoryBench {
  private static final int IN_FLIGHT = 256;
  private static final int COLD = 10_000;
  private static final int BATCH = 256;
  private static final int SEED_PORT = Ports.free();
  private static final int SEED_MANAGEMENT = Ports.free();
  private static final int MEMORY_LIMIT = 400;

  /** The seed's process has as many connections: see its application.properties. */
  private static final int SEED_CLIENTS = 5;

  private static final List<Integer> ONE_STATEMENT_CLIENTS = List.of(1, 8, 32);

  private static final String OFFERS =
      """
      WITH made AS (
        INSERT INTO inventory (variant_id, seller_id, name, unit_price, currency, on_hand, created_at, updated_at, moved_at)
        SELECT v, 's1', 'bench', 1, 'EUR', 1000000000, now(), now(), now()
        FROM (SELECT 'hot-0' AS v UNION ALL SELECT 'cold-' || n FROM generate_series(0, %d) n) offers
        RETURNING variant_id)
      INSERT INTO stock_movements (id, variant_id, seller_id, type, quantity, reason, actor, created_at)
      SELECT uuidv7(), variant_id, 's1', 'RECEIPT', 1000000000, 'bench', 'bench', now() FROM made
      """
          .formatted(COLD - 1);

  /**
   * Like our rows, but for the colons of the schemas' names, which pgbench would take for
   * variables.
   */
  private static final String OUTBOX_ROWS =
      """
      INSERT INTO outbox (id, topic, key, type, dataschema, subject, aggregate_version, time, data)
      SELECT uuidv7(), 'inventory.reservation.events.v1', %1$s, 'io.ordersystem.reservation.reserved.v1',
             'urn-io.ordersystem-schema-ReservationChanged-1', %1$s, 1, now(), repeat('x', 330) %2$s
      UNION ALL
      SELECT uuidv7(), 'inventory.stock.state.v1', 'hot-0|s1', 'io.ordersystem.stock.changed.v1',
             'urn-io.ordersystem-schema-StockState-1', 'hot-0|s1', %3$s, now(), repeat('x', 220) %2$s;
      """;

  private static final String ONE_STATEMENT =
      """
      WITH held AS (
        UPDATE inventory SET reserved = reserved + 1, version = version + 1, updated_at = now()
        WHERE variant_id = 'hot-0' AND seller_id = 's1' AND deleted_at IS NULL AND on_hand - reserved >= 1
        RETURNING uuidv7()::text AS key, version),
      head AS (
        INSERT INTO reservations (key, status, version, created_at, updated_at, expires_at)
        SELECT key, 'ACTIVE', 1, now(), now(), now() + interval '1 day' FROM held),
      line AS (
        INSERT INTO inventory_reservations (reservation_key, group_key, variant_id, seller_id, quantity, status, expires_at, created_at)
        SELECT key, key, 'hot-0', 's1', 1, 'ACTIVE', now() + interval '1 day', now() FROM held)
      """
          + OUTBOX_ROWS.formatted("key", "FROM held", "version");

  private static final String SEED_STATEMENTS =
      """
      BEGIN ISOLATION LEVEL SERIALIZABLE;
      SELECT reserved, version FROM inventory
      WHERE variant_id = 'hot-0' AND seller_id = 's1' AND deleted_at IS NULL FOR UPDATE \\gset
      \\set r :reserved + 1
      \\set v :version + 1
      UPDATE inventory SET reserved = :r, version = :v, updated_at = now() WHERE variant_id = 'hot-0' AND seller_id = 's1';
      INSERT INTO reservations (key, status, version, created_at, updated_at, expires_at)
      VALUES (uuidv7()::text, 'ACTIVE', 1, now(), now(), now() + interval '1 day') RETURNING key AS k \\gset
      INSERT INTO inventory_reservations (reservation_key, group_key, variant_id, seller_id, quantity, status, expires_at, created_at)
      VALUES (:k::text, :k::text, 'hot-0', 's1', 1, 'ACTIVE', now() + interval '1 day', now());
      """
          + OUTBOX_ROWS.formatted(":k::text", "", ":v::bigint")
          + "COMMIT;\n";

  private final LocalSystem system;
  private final String token;
  private final PrintWriter out;
  private final Database database = new Database(LocalPort.POSTGRES.number());
  private final Map<String, Figures> rates = new LinkedHashMap<>();
  private final Map<String, Map<String, Figures>> cpu = new LinkedHashMap<>();
  private boolean booksHold = true;

  InventoryBench(LocalSystem system, Tokens tokens, PrintWriter out) {
    this.system = system;
    this.token = tokens.token("service", "bench", null);
    this.out = out;
  }

  /** Runs all arms in turns; whether every floor was reached and the books hold. */
  boolean run(int rounds, int seconds, int warmUp)
      throws IOException, InterruptedException, SQLException {
    Component inventory =
        measured("inventory-service", LocalPort.INVENTORY, LocalPort.INVENTORY_MANAGEMENT);
    Component seed = system.measured("load-tests", "inventory", SEED_PORT, SEED_MANAGEMENT);
    try {
      for (String name : List.of("postgres", "kafka", "redis")) {
        system.find(name).orElseThrow().start().run();
      }
      inventory.start().run();
      seed.start().run();
      prepare();
      return measure(inventory, seed, rounds, seconds, warmUp);
    } finally {
      seed.stop().run();
      inventory.stop().run();
    }
  }

  private Component measured(String module, LocalPort port, LocalPort management) {
    return system.measured(module, "inventory", port.number(), management.number());
  }

  private void prepare() throws SQLException {
    try (Connection connection = database.connect(DatabaseRole.INVENTORY);
        Statement statement = connection.createStatement()) {
      statement.execute(OFFERS);
    }
    try (Connection superuser = database.connect(DatabaseRole.SUPERUSER)) {
      SqlTables.create(superuser);
    }
  }

  private boolean measure(Component inventory, Component seed, int rounds, int seconds, int warmUp)
      throws IOException, InterruptedException, SQLException {
    var processes = new LinkedHashMap<String, Long>();
    processes.put("postgres", system.find("postgres").orElseThrow().pid());
    processes.put("kafka", system.find("kafka").orElseThrow().pid());
    processes.put("inventory", inventory.pid());
    processes.put("seed", seed.pid());
    processes.put("driver", ProcessHandle.current().pid());
    var pgbench =
        new PgBench(LocalPort.POSTGRES.number(), Database.NAME, system.state().data("bench"));
    var batched = new BatchedSql(database, system.application("inventory"), BATCH);
    try (var load = new HttpLoad()) {
      say("warm-up: %d s of ours, %d s of the seed's way", warmUp * 3 / 2, warmUp * 2);
      http(load, "", LocalPort.INVENTORY.number(), hot(), warmUp);
      http(load, "", LocalPort.INVENTORY.number(), cold(), warmUp / 2);
      http(load, "", SEED_PORT, hot(), warmUp * 2);
      for (int round = 1; round <= rounds; round++) {
        say("round %d of %d", round, rounds);
        arm(processes, "a", () -> http(load, "a", SEED_PORT, hot(), seconds));
        arm(processes, "b", () -> http(load, "b", LocalPort.INVENTORY.number(), hot(), seconds));
        arm(processes, "a*", () -> seedStatements(pgbench, seconds));
        arm(processes, "c", () -> http(load, "c", LocalPort.INVENTORY.number(), cold(), seconds));
        arm(processes, "d", () -> oneStatement(pgbench, seconds));
        arm(
            processes,
            "e",
            () -> Math.max(batched.run(1, seconds / 2), batched.run(2, seconds / 2)));
        requireBooks();
      }
    }
    return report(CpuUse.peakMebibytes(inventory.pid()));
  }

  /** What an arm yields per second. */
  @FunctionalInterface
  private interface Arm {
    double run() throws IOException, InterruptedException, SQLException;
  }

  private void arm(Map<String, Long> processes, String name, Arm arm)
      throws IOException, InterruptedException, SQLException {
    var before = new LinkedHashMap<String, Double>();
    processes.forEach((process, pid) -> before.put(process, use(pid)));
    long began = System.nanoTime();
    double rate = arm.run();
    double took = (System.nanoTime() - began) / 1e9;
    rates.computeIfAbsent(name, any -> new Figures()).add(rate);
    var use = cpu.computeIfAbsent(name, any -> new LinkedHashMap<>());
    processes.forEach((process, pid) ->
        use.computeIfAbsent(process, any -> new Figures())
            .add((use(pid) - before.getOrDefault(process, 0.0)) / (rate * took) * 1e6));
    say("  %-2s %8.0f/s", name, rate);
  }

  /** The components are children of this process, and pgbench is: count neither as the driver. */
  private static double use(long pid) {
    return pid == ProcessHandle.current().pid() ? CpuUse.ofOne(pid) : CpuUse.ofTree(pid);
  }

  private double http(HttpLoad load, String arm, int port, Supplier<Buffer> requests, int seconds)
      throws InterruptedException, SQLException {
    long before = reserved();
    var result = load.run(port, IN_FLIGHT, Duration.ofSeconds(seconds), requests);
    long held = reserved() - before;
    if (held != result.count(201)) {
      booksHold = false;
      say("  BROKEN: %d were told that they hold something, held are %d", result.count(201), held);
    }
    if (!arm.isEmpty()) {
      say(
          "  %-2s answers %s, p50 %.1f ms, p99 %.1f ms",
          arm,
          result.statuses(),
          result.micros().getValueAtPercentile(50) / 1000.0,
          result.micros().getValueAtPercentile(99) / 1000.0);
    }
    // Only what was granted counts: refusals after ten tries are cheap and nobody wants them.
    return result.perSecond() * result.count(201) / Math.max(1, result.answers());
  }

  /** In the very tables of (a), and published from there. */
  private static double seedStatements(PgBench pgbench, int seconds)
      throws IOException, InterruptedException {
    return pgbench.run(
        "seed", SEED_STATEMENTS, DatabaseRole.INVENTORY, "inventory", SEED_CLIENTS, seconds);
  }

  private static double oneStatement(PgBench pgbench, int seconds)
      throws IOException, InterruptedException {
    double best = 0;
    for (int clients : ONE_STATEMENT_CLIENTS) {
      best =
          Math.max(
              best,
              pgbench.run(
                  "one",
                  ONE_STATEMENT,
                  DatabaseRole.SUPERUSER,
                  SqlTables.SCHEMA,
                  clients,
                  Math.max(2, seconds / ONE_STATEMENT_CLIENTS.size())));
    }
    return best;
  }

  private Supplier<Buffer> hot() {
    Buffer request = request("hot-0");
    return () -> request;
  }

  private Supplier<Buffer> cold() {
    Buffer[] requests = new Buffer[COLD];
    for (int i = 0; i < COLD; i++) {
      requests[i] = request("cold-" + i);
    }
    return () -> requests[ThreadLocalRandom.current().nextInt(COLD)];
  }

  private Buffer request(String variant) {
    return HttpLoad.post(
        "/api/inventory/reservations",
        token,
        "{\"ttlSeconds\":86400,\"items\":[{\"variantId\":\"%s\",\"sellerId\":\"s1\",\"quantity\":1}]}"
            .formatted(variant));
  }

  private long reserved() throws SQLException {
    return number("SELECT sum(reserved) FROM inventory.inventory");
  }

  private void requireBooks() throws SQLException {
    long wrong =
        number(
            """
            SELECT count(*) FROM inventory.inventory i
            LEFT JOIN (SELECT variant_id, seller_id, sum(quantity) AS held FROM inventory.inventory_reservations
                       WHERE status = 'ACTIVE' GROUP BY variant_id, seller_id) r USING (variant_id, seller_id)
            WHERE i.reserved <> coalesce(r.held, 0) OR i.reserved NOT BETWEEN 0 AND i.on_hand
            """);
    long events =
        number(
            """
            SELECT (SELECT count(*) FROM inventory.reservations)
                 - (SELECT count(*) FROM inventory.outbox WHERE topic = 'inventory.reservation.events.v1')
            """);
    if (wrong != 0 || events != 0) {
      booksHold = false;
      say("  BROKEN: %d offers do not add up, %d reservations without their event", wrong, events);
    }
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = database.connect(DatabaseRole.SUPERUSER);
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private boolean report(long memory) {
    say("%nreservations per second, median (least to most):");
    rates.forEach(
        (arm, figures) -> say("  %-3s %-28s %s", arm, meaning(arm), figures.text("%.0f")));
    say("%nmicroseconds of processor time per reservation, median:");
    cpu.forEach((arm, processes) -> say("  %-3s %s", arm, uses(processes)));
    say("%nratios, median of the rounds (least to most):");
    boolean honest = ratio("a", "a*", 0.5, "else the ratio to (a) is void");
    boolean seed = ratio("b", "a", 10, "goal 20");
    boolean raw = ratio("b", "d", 2, "goal 5");
    boolean hot = ratio("b", "c", 0.8, "goal 1.0");
    say("  b/e %s   what is left of the batched SQL", figures("b").by(figures("e")).text("%.2f"));
    say("%npeak memory of inventory-service: %d MiB, limit %d", memory, MEMORY_LIMIT);
    say("books after each round: %s", booksHold ? "hold" : "BROKEN");
    return honest && seed && raw && hot && booksHold && memory < MEMORY_LIMIT;
  }

  private boolean ratio(String arm, String other, double floor, String remark) {
    Figures ratio = figures(arm).by(figures(other));
    boolean reached = ratio.median() >= floor;
    say(
        "  %s/%s %s   floor %s: %s; %s",
        arm, other, ratio.text("%.2f"), floor, reached ? "reached" : "MISSED", remark);
    return reached;
  }

  private Figures figures(String arm) {
    Figures figures = rates.get(arm);
    if (figures == null) {
      throw new ComponentFailed("nothing was measured");
    }
    return figures;
  }

  private static String uses(Map<String, Figures> processes) {
    var text = new StringBuilder();
    double sum = 0;
    for (var entry : processes.entrySet()) {
      double median = entry.getValue().median();
      sum += median;
      text.append(String.format(Locale.ROOT, "%s %.0f  ", entry.getKey(), median));
    }
    return text + String.format(Locale.ROOT, "= %.0f", sum);
  }

  private static String meaning(String arm) {
    return switch (arm) {
      case "a" -> "the seed's way over HTTP";
      case "a*" -> "its statements by pgbench, as many clients";
      case "b" -> "ours over HTTP, one offer";
      case "c" -> "ours over HTTP, 10,000 offers";
      case "d" -> "one statement by pgbench";
      default -> "our batched SQL by JDBC";
    };
  }

  private void say(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
