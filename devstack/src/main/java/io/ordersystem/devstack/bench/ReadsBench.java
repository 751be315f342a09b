package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.bench.SqlReads.Ratio;
import io.ordersystem.devstack.client.Tokens;
import io.ordersystem.devstack.data.Fill;
import io.ordersystem.devstack.data.FillPlan;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import io.ordersystem.devstack.process.ComponentFailed;
import io.ordersystem.devstack.stack.LocalPort;
import io.ordersystem.devstack.stack.LocalSystem;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Locale;

/**
 * How reads behave with two million orders in 24 months: that a page costs the same however deep it
 * is and however many orders there are, that a number is found as an id is, and that reads which
 * must see what was just written leave the primary alone. See {@link SqlReads} and {@link
 * HttpReads}.
 */
final class ReadsBench {
  private static final int MONTHS = 24;
  private static final int SMALL = 20_000;
  private static final int MOST_RELATIONS = 8;
  private static final double LEAST_ON_REPLICA = 0.95;
  private static final double MOST_PRIMARY = 0.1;

  /** As many as are read once at most. */
  private static final int READ_ONCE = 300_000;

  private final LocalSystem system;
  private final Tokens tokens;
  private final PrintWriter out;
  private final Database database = new Database(LocalPort.POSTGRES.number());

  ReadsBench(LocalSystem system, Tokens tokens, PrintWriter out) {
    this.system = system;
    this.tokens = tokens;
    this.out = out;
  }

  /** Fills, reads in both ways, judges; whether every floor was reached. */
  boolean run(int orders, int rounds, int seconds, int warmUp)
      throws InterruptedException, SQLException {
    system.up(line -> say("%s", line));
    stop("order", "inventory", "payment", "notification", "sandbox", "edge");
    try (Connection superuser = database.connect(DatabaseRole.SUPERUSER)) {
      fill(superuser, orders);
      boolean sql = sql(superuser, rounds, seconds, warmUp);
      return http(superuser, orders, rounds, seconds, warmUp) & sql;
    }
  }

  private void stop(String... names) {
    for (String name : names) {
      system.find(name).orElseThrow(() -> new ComponentFailed("there is no " + name)).stop().run();
    }
  }

  private void fill(Connection superuser, int orders) throws SQLException {
    long began = System.nanoTime();
    var fill = new Fill(database, Clock.systemUTC(), line -> say("%s", line));
    ReadTables.createSmall(superuser);
    FillPlan large = FillPlan.of(orders, MONTHS, 1);
    // As many customers and sellers: the same marketplace, of which less is kept.
    fill.runBeside(
        new FillPlan(SMALL, MONTHS, large.customers(), large.sellers(), 2), ReadTables.SMALL);
    fill.run(large);
    say("filled in %.0f s; now the baselines", seconds(began));
    ReadTables.createBaselines(superuser);
    try (Statement statement = superuser.createStatement()) {
      // Not in the middle of a round.
      statement.execute("CHECKPOINT");
    }
    say("ready to read after %.0f s%n", seconds(began));
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private boolean sql(Connection superuser, int rounds, int seconds, int warmUp)
      throws SQLException {
    try (var reads = new SqlReads(database, system.application("order"), superuser)) {
      say("straight at PostgreSQL, warm-up");
      reads.round(Math.max(1, warmUp / 8), false, line -> say("  %s", line));
      for (int round = 1; round <= rounds; round++) {
        say("round %d of %d", round, rounds);
        reads.round(seconds, true, line -> say("  %s", line));
      }
      reads.touch();
      say("");
      reads.report(line -> say("%s", line));
      return judge(reads);
    }
  }

  private boolean judge(SqlReads reads) {
    say("%nratios, median of the rounds (least to most):");
    String key = "primary key, not partitioned";
    boolean deep =
        atMost(
            "history, page 1,000 by page 1",
            reads.ratio("history, page 1,000", "history, page 1"),
            1.5,
            1.1);
    boolean offset =
        atLeast(
            "the seed's page 1,000 by ours",
            reads.ratio("the seed's history, page 1,000", "history, page 1,000, beside the seed's"),
            50,
            200);
    boolean number = atMost("by number by primary key", reads.ratio("by number", key), 1.3, 1.1);
    boolean size =
        atMost(
            "history, page 1, newest month, by the same of 20,000 orders",
            reads.ratio(
                "history, page 1, newest month", "history, page 1, newest month, 20,000 orders"),
            1.3,
            1.1);
    int locked = reads.touched("by number").relations();
    boolean locks = locked <= MOST_RELATIONS;
    say(
        "  relations locked by number: %d, tables and indexes; at most %d (goal 4): %s",
        locked, MOST_RELATIONS, verdict(locks));
    say("not judged:");
    for (List<String> pair :
        List.of(
            List.of("by id", key),
            List.of("by number, planned each time", key),
            List.of("by id, no month named, planned each time", key),
            List.of("history, page 1, spread over the months", "history, page 1"),
            List.of("the seed's history, page 1", "history, page 1"),
            List.of("the seed's active orders", "active orders, page 1"),
            List.of(
                "the seed's confirmed orders of a seller",
                "a seller's confirmed orders, page 1"))) {
      Ratio ratio = reads.ratio(pair.get(0), pair.get(1));
      say(
          "  %s by %s: %s of the medians, p99 %s",
          pair.get(0), pair.get(1), ratio.p50().text("%.2f"), ratio.p99().text("%.2f"));
    }
    return deep & offset & number & size & locks;
  }

  private boolean atMost(String what, Ratio ratio, double floor, double goal) {
    boolean reached = ratio.p50().median() <= floor;
    judged(what, ratio, "at most", floor, goal, reached);
    return reached;
  }

  private boolean atLeast(String what, Ratio ratio, double floor, double goal) {
    boolean reached = ratio.p50().median() >= floor;
    judged(what, ratio, "at least", floor, goal, reached);
    return reached;
  }

  private void judged(
      String what, Ratio ratio, String how, double floor, double goal, boolean reached) {
    say(
        "  %s: %s of the medians, p99 %s; %s %s (goal %s): %s",
        what,
        ratio.p50().text("%.2f"),
        ratio.p99().text("%.2f"),
        how,
        floor,
        goal,
        verdict(reached));
  }

  private static String verdict(boolean reached) {
    return reached ? "reached" : "MISSED";
  }

  private boolean http(Connection superuser, int orders, int rounds, int seconds, int warmUp)
      throws InterruptedException, SQLException {
    try (var reads =
        new HttpReads(
            system,
            tokens,
            new ReadCases(superuser),
            Math.min(orders, READ_ONCE),
            line -> say("  %s", line))) {
      reads.start();
      say("%nover HTTP, warm-up");
      // Three processes, each with its own compiler to warm up.
      reads.round(Math.max(2, warmUp / 2), false);
      for (int round = 1; round <= rounds; round++) {
        say("round %d of %d", round, rounds);
        reads.round(seconds, true);
      }
      say("%nover HTTP, microseconds, median of the rounds (least to most):");
      reads.report(line -> say("%s", line));
      return judge(reads);
    }
  }

  private boolean judge(HttpReads reads) {
    HttpReads.Arm replica = reads.arm("just written, replica");
    Figures ratio = replica.primary.by(reads.arm("just written, primary").primary);
    boolean spared = ratio.median() <= MOST_PRIMARY;
    say(
        "%n  the primary's processor time per read of what was just written, on the replica by all on the primary: %s; at most %s: %s",
        ratio.text("%.3f"), MOST_PRIMARY, verdict(spared));
    Figures share = replica.sources.getOrDefault("replica", new Figures());
    boolean answered = share.median() >= LEAST_ON_REPLICA;
    say(
        "  of these reads the replica answered %s; at least %s: %s",
        share.text("%.3f"), LEAST_ON_REPLICA, verdict(answered));
    say("  every read was answered: %s", reads.allAnswered() ? "yes" : "NO");
    return spared & answered & reads.allAnswered();
  }

  private void say(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
