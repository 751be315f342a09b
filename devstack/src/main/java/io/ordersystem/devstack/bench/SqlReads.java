package io.ordersystem.devstack.bench;

import io.ordersystem.devstack.bench.ReadCases.Deep;
import io.ordersystem.devstack.bench.ReadCases.Known;
import io.ordersystem.devstack.bench.ReadSession.Plans;
import io.ordersystem.devstack.bench.ReadSession.Read;
import io.ordersystem.devstack.bench.ReadSession.Touched;
import io.ordersystem.devstack.postgres.Database;
import io.ordersystem.devstack.postgres.DatabaseRole;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Reads straight at PostgreSQL, one client: the service's own statements, read from its packaged
 * classes, as its role, with plans kept or not as the service has it; against the seed's on the
 * baselines of {@link ReadTables}. Times are the client's, of all statements that a read takes,
 * with all rows fetched. The set of 20,000 orders is read in the same turns as the large one, on
 * the same server, so that whatever drifts drifts for both.
 */
final class SqlReads implements AutoCloseable {
  private static final String HISTORY = "io.ordersystem.orders.lists.OrderHistory";
  private static final String ACTIVE = "io.ordersystem.orders.lists.ActiveOrders";
  private static final String SELLER = "io.ordersystem.orders.lists.SellerOrders";
  private static final String DETAILS = "io.ordersystem.orders.order.OrderDetails";
  private static final String MONTHS = "io.ordersystem.orders.lists.NewestFirst";
  private static final String TREES = "io.ordersystem.orders.order.OrderReads";

  /** The look-up by id as it would be if it did not name the month. */
  private static final ServiceSql THROUGH_THE_PARTITIONED =
      ServiceSql.own("SELECT id, root_order_id FROM orders WHERE id = $1 AND deleted_at IS NULL");

  /** A page of 20, and one to see whether there are more. */
  private static final int PAGE = 21;

  private final Connection connection;
  private final Path application;
  private final ReadCases cases;
  private final Map<String, List<SqlArm>> groups = new LinkedHashMap<>();
  private final Map<String, SqlArm> arms = new HashMap<>();
  private final Map<String, Touched> touched = new HashMap<>();

  SqlReads(Database database, Path application, Connection superuser) throws SQLException {
    this.connection = database.connect(DatabaseRole.ORDERS);
    this.application = application;
    this.cases = new ReadCases(superuser);
    lookUps();
    histories();
    lists();
  }

  /** The median of a judged arm's rounds by another's, of medians and of 99th percentiles. */
  record Ratio(Figures p50, Figures p99) {}

  Ratio ratio(String arm, String other) {
    return new Ratio(arm(arm).p50.by(arm(other).p50), arm(arm).p99.by(arm(other).p99));
  }

  Touched touched(String arm) {
    Touched known = touched.get(arm);
    if (known == null) {
      throw new IllegalArgumentException("no arm " + arm);
    }
    return known;
  }

  private SqlArm arm(String name) {
    SqlArm known = arms.get(name);
    if (known == null) {
      throw new IllegalArgumentException("no arm " + name);
    }
    return known;
  }

  private void lookUps() throws SQLException {
    ServiceSql find = ServiceSql.of(application, DETAILS, "FIND");
    ServiceSql findByNumber = ServiceSql.of(application, DETAILS, "FIND_BY_NUMBER");
    ServiceSql payment = ServiceSql.of(application, DETAILS, "PAYMENT");
    ServiceSql trees = ServiceSql.of(application, TREES, "TREES");
    ServiceSql items = ServiceSql.of(application, TREES, "ITEMS");
    List<Known> orders = cases.orders(20_000);
    Map<String, LookUps> months = new HashMap<>();
    for (Known order : orders) {
      months.computeIfAbsent(
          order.month(),
          month ->
              new LookUps(
                  find.in(month),
                  findByNumber.in(month),
                  trees.in(month),
                  items.in(month),
                  payment.in(month)));
    }
    ReadSession keyed = session("orders", Plans.KEYED);
    arm(
        "look-ups",
        "primary key, not partitioned",
        session(ReadTables.BASELINES, Plans.AUTO),
        s -> s.rows(SeedReads.PRIMARY_KEY, any(orders).id()));
    arm("look-ups", "by id", keyed, s -> byId(s, months, any(orders)));
    arm("look-ups", "by number", keyed, s -> byNumber(s, months, any(orders)));
    arm(
        "look-ups",
        "by number, planned each time",
        session("orders", Plans.ANEW),
        s -> byNumber(s, months, any(orders)));
    arm(
        "look-ups",
        "by id, no month named, planned each time",
        session("orders", Plans.ANEW),
        s -> s.rows(THROUGH_THE_PARTITIONED, any(orders).id()));
    arm("look-ups", "the whole order by id", keyed, s -> wholeOrder(s, months, any(orders)));
  }

  /** The service's statements for one month. */
  private record LookUps(
      ServiceSql find,
      ServiceSql findByNumber,
      ServiceSql trees,
      ServiceSql items,
      ServiceSql payment) {}

  private static void byId(ReadSession session, Map<String, LookUps> months, Known order)
      throws SQLException {
    LookUps month = months.get(order.month());
    if (month != null) {
      session.rows(month.find(), order.id(), true, null, null);
    }
  }

  private static void byNumber(ReadSession session, Map<String, LookUps> months, Known order)
      throws SQLException {
    LookUps month = months.get(order.month());
    if (month != null) {
      session.rows(month.findByNumber(), order.number(), true, null, null);
    }
  }

  private static void wholeOrder(ReadSession session, Map<String, LookUps> months, Known order)
      throws SQLException {
    LookUps month = months.get(order.month());
    if (month != null) {
      UUID[] roots = {order.id()};
      session.rows(month.find(), order.id(), true, null, null);
      session.rows(month.trees(), (Object) roots);
      session.rows(month.items(), (Object) roots);
      session.rows(month.payment(), order.id());
    }
  }

  private void histories() throws SQLException {
    NewestFirst history = newestFirst(HISTORY, "LIST");
    NewestFirst historyOfSmall = newestFirst(HISTORY, "LIST");
    List<Deep> deep = cases.deep();
    ReadSession ours = session("orders", Plans.KEYED);
    Read first = s -> history.read(s, null, PAGE, any(deep).customer());
    Read last =
        s -> {
          Deep customer = any(deep);
          history.read(s, customer.cursor(), PAGE, customer.customer());
        };
    arm("history", "history, page 1", ours, first);
    arm("history", "history, page 1,000", ours, last);
    List<String> large = cases.ofTheNewestMonth("orders");
    List<String> small = cases.ofTheNewestMonth(ReadTables.SMALL);
    List<String> spread = cases.spread();
    arm(
        "history",
        "history, page 1, newest month",
        ours,
        s -> history.read(s, null, PAGE, any(large)));
    arm(
        "history",
        "history, page 1, newest month, 20,000 orders",
        session(ReadTables.SMALL, Plans.KEYED),
        s -> historyOfSmall.read(s, null, PAGE, any(small)));
    arm(
        "history",
        "history, page 1, spread over the months",
        ours,
        s -> history.read(s, null, PAGE, any(spread)));
    ReadSession baselines = session(ReadTables.BASELINES, Plans.AUTO);
    arm("seed", "history, page 1,000, beside the seed's", ours, last);
    arm(
        "seed",
        "the seed's history, page 1",
        baselines,
        s -> s.rows(SeedReads.HISTORY, any(deep).customer(), 0));
    arm(
        "seed",
        "the seed's history, page 1,000",
        baselines,
        s -> s.rows(SeedReads.HISTORY, any(deep).customer(), ReadCases.DEEP));
  }

  private NewestFirst newestFirst(String className, String constant) {
    return new NewestFirst(
        ServiceSql.of(application, MONTHS, "MONTHS"),
        ServiceSql.of(application, className, constant));
  }

  private void lists() throws SQLException {
    NewestFirst active = newestFirst(ACTIVE, "LIST");
    NewestFirst list = newestFirst(SELLER, "OF_STATUS");
    ServiceSql lines = ServiceSql.of(application, SELLER, "LINES");
    Map<String, ServiceSql> linesByMonth = new HashMap<>();
    List<String> sellers = cases.sellers();
    ReadSession ours = session("orders", Plans.KEYED);
    ReadSession baselines = session(ReadTables.BASELINES, Plans.AUTO);
    arm("lists", "active orders, page 1", ours, s -> active.read(s, null, PAGE));
    arm("lists", "the seed's active orders", baselines, s -> s.rows(SeedReads.DASHBOARD));
    arm(
        "lists",
        "a seller's confirmed orders, page 1",
        ours,
        s -> {
          String seller = any(sellers);
          Map<String, List<UUID>> months =
              list.read(s, null, PAGE, seller, "CONFIRMED").stream()
                  .map(UUID.class::cast)
                  .collect(Collectors.groupingBy(NewestFirst::monthOf));
          for (Map.Entry<String, List<UUID>> month : months.entrySet()) {
            s.rows(
                linesByMonth.computeIfAbsent(month.getKey(), lines::in),
                month.getValue().toArray(UUID[]::new),
                seller);
          }
        });
    arm(
        "lists",
        "the seed's confirmed orders of a seller",
        baselines,
        s -> s.rows(SeedReads.SELLER, any(sellers)));
  }

  private void arm(String group, String name, ReadSession session, Read read) {
    var arm = new SqlArm(name, session, read);
    groups.computeIfAbsent(group, any -> new ArrayList<>()).add(arm);
    arms.put(name, arm);
  }

  private ReadSession session(String schema, Plans plans) {
    return new ReadSession(connection, schema, plans);
  }

  private static <T> T any(List<T> list) {
    return list.get(ThreadLocalRandom.current().nextInt(list.size()));
  }

  /** All groups once more; what the rounds come to is kept unless this is the warm-up. */
  void round(int seconds, boolean kept, Consumer<String> progress) throws SQLException {
    for (List<SqlArm> group : groups.values()) {
      SqlArm.round(group, seconds);
      for (SqlArm arm : group) {
        if (kept) {
          arm.keep();
        }
      }
      progress.accept(
          "%d reads in %d ways"
              .formatted(group.stream().mapToLong(SqlArm::executions).sum(), group.size()));
    }
  }

  /** Looks what each read touches. */
  void touch() throws SQLException {
    for (SqlArm arm : arms.values()) {
      touched.put(arm.name, arm.touched());
    }
  }

  /** A line per arm. */
  void report(Consumer<String> out) {
    out.accept(
        String.format(
            Locale.ROOT,
            "  %-48s %26s %26s %8s %s",
            "microseconds, median of the rounds",
            "p50",
            "p99",
            "buffers",
            "locked"));
    for (List<SqlArm> group : groups.values()) {
      for (SqlArm arm : group) {
        Touched known = touched(arm.name);
        out.accept(
            String.format(
                Locale.ROOT,
                "  %-48s %26s %26s %8d %d (%d tables)",
                arm.name,
                arm.p50.text("%.0f"),
                arm.p99.text("%.0f"),
                known.buffers(),
                known.relations(),
                known.tables()));
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
