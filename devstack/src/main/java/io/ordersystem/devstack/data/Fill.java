package io.ordersystem.devstack.data;

import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes many old orders straight into the tables, month by month, in constant memory. They are
 * what the services would have left behind, so that {@code check} holds afterwards: orders with
 * lines, timelines and ended sagas, holds and stock, and the mail of the decision.
 *
 * <p>Money is the exception, and avoided rather than made up: a payment that was taken must be in
 * the provider's books too, and the sandbox keeps those in memory. So orders that were not
 * cancelled are paid in full by a voucher: their discount is what the goods cost, and an order of
 * nothing needs no payment. Cancelled ones, which were never paid, have ordinary amounts.
 *
 * <p>The rows of a month come in several transactions. A fill that is ended half-way leaves months
 * that are complete, and of one month perhaps holds and mails without orders.
 */
public final class Fill {
  private final Database database;
  private final Clock clock;
  private final Consumer<String> progress;

  /**
   * @param database the primary
   * @param progress gets a line per month
   */
  public Fill(Database database, Clock clock, Consumer<String> progress) {
    this.database = database;
    this.clock = clock;
    this.progress = progress;
  }

  /** Fills the tables of the services. */
  public void run(FillPlan plan) throws SQLException {
    var maker = new OrderMaker(plan);
    var offers = new Offers(plan);
    try (Connection superuser = database.connect(DatabaseRole.SUPERUSER);
        Connection owner = database.connect(DatabaseRole.ORDERS);
        var replica = new ReplicaPace(database)) {
      var tables = new MonthTables(owner, DatabaseRole.ORDERS.roleName());
      for (FillMonth month : FillMonth.of(plan, clock.instant())) {
        var watch = new Watch();
        boolean fresh = tables.prepare(month);
        try (var orders = new OrderLoads(database, "orders", month, fresh);
            var stock = new StockLoads(database, offers);
            var mails = new MailLoads(database)) {
          maker.make(
              month,
              order -> {
                orders.add(order);
                stock.add(order);
                mails.add(order);
              });
          // Whatever is refused is refused before anything is committed.
          stock.end();
          mails.end();
          orders.end();
          // The orders appear when all the rest is there.
          stock.commit();
          mails.commit();
          orders.commit();
        }
        watch.lap("rows");
        finish(tables, month, fresh);
        watch.lap("indexes");
        replica.follow();
        watch.lap("replica");
        say(plan, month, watch);
      }
      tables.analyze();
      for (String table :
          List.of(
              "inventory.reservations",
              "inventory.inventory_reservations",
              "inventory.inventory",
              "inventory.stock_movements",
              "notifications.messages",
              "notifications.message_attempts")) {
        vacuum(superuser, table);
      }
      replica.follow();
    }
  }

  /**
   * Fills only tables of orders, in a schema that has the same ones: for a benchmark's set of
   * another size.
   */
  public void runBeside(FillPlan plan, String schema) throws SQLException {
    var maker = new OrderMaker(plan);
    try (Connection owner = database.connect(DatabaseRole.ORDERS);
        var replica = new ReplicaPace(database)) {
      var tables = new MonthTables(owner, schema);
      for (FillMonth month : FillMonth.of(plan, clock.instant())) {
        boolean fresh = tables.prepare(month);
        try (var orders = new OrderLoads(database, schema, month, fresh)) {
          maker.make(month, orders::add);
          orders.end();
          orders.commit();
        }
        finish(tables, month, fresh);
      }
      tables.analyze();
      replica.follow();
    }
  }

  private static void finish(MonthTables tables, FillMonth month, boolean fresh)
      throws SQLException {
    if (fresh) {
      tables.attach(month);
    }
    tables.vacuum(month);
  }

  private static void vacuum(Connection superuser, String table) throws SQLException {
    try (Statement statement = superuser.createStatement()) {
      statement.execute("VACUUM (ANALYZE) " + table);
    }
  }

  private void say(FillPlan plan, FillMonth month, Watch watch) {
    progress.accept(
        "  %s %,9d orders in %s; %,d of %,d"
            .formatted(
                month.month(),
                month.orders(),
                watch,
                month.first() + month.orders(),
                plan.orders()));
  }

  /** Where the time of a month went. */
  private static final class Watch {
    private final long began = System.nanoTime();
    private final StringBuilder laps = new StringBuilder();
    private long last = began;

    void lap(String name) {
      long now = System.nanoTime();
      laps.append("%s%s %.1f".formatted(laps.isEmpty() ? "" : ", ", name, (now - last) / 1e9));
      last = now;
    }

    @Override
    public String toString() {
      return "%5.1f s (%s)".formatted((last - began) / 1e9, laps);
    }
  }
}
