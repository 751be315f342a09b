package io.ordersystem.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.orders.order.Month;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The queries that the seed names an index for, as the service really sends them, on tables with
 * enough rows in two months: each uses that index, and no longer does when it is dropped.
 */
class SeedQueriesTest {
  private static final String SCHEMA = "seed_queries";
  private static final Pattern BUFFERS = Pattern.compile("shared(?: hit=(\\d+))?(?: read=(\\d+))?");

  private static final List<String> INDEXES =
      List.of(
          "idx_orders_customer_id",
          "idx_orders_status",
          "idx_orders_created_at",
          "idx_orders_expires_at",
          "idx_orders_customer_status",
          "idx_orders_customer_created",
          "idx_orders_status_created",
          "idx_orders_parent_id",
          "idx_orders_split",
          "idx_orders_active",
          "idx_orders_expired",
          "idx_order_items_order_id",
          "idx_order_items_variant_id",
          "idx_order_items_seller_id",
          "idx_order_items_status",
          "idx_order_items_reservation_key",
          "idx_order_items_order_seller",
          "idx_order_items_seller_status",
          "idx_order_items_refunded",
          "idx_order_payments_order_id",
          "idx_order_payments_status",
          "idx_order_payments_payment_intent_id",
          "idx_order_payments_created_at",
          "idx_order_payments_order_status",
          "idx_order_payments_status_created");

  private static final String NEWEST = "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid";

  /**
   * 40,000 orders, one a minute; every third is one customer's, every fiftieth has two children.
   */
  private static final String FILL =
      """
      CREATE TABLE filled AS
      SELECT n, (left(uuid7_floor(at)::text, 24) || lpad(to_hex(n), 12, '0'))::uuid AS id, at,
             CASE WHEN n % 50 IN (1, 2) THEN (left(uuid7_floor(at)::text, 24) || lpad(to_hex(n - n % 50), 12, '0'))::uuid END AS parent,
             CASE WHEN n % 3 = 0 THEN 'heavy' ELSE 'c' || n % 2000 END AS customer,
             (ARRAY['PENDING', 'CONFIRMED', 'PROCESSING', 'CANCELLED', 'CANCELLED'])[1 + n * 31 % 11 % 5] AS rare, n * 7919 % 97 < 10 AS is_rare,
             's' || n * 13 % 199 AS seller
      FROM (SELECT n, date_trunc('month', now()) - interval '25 days' + (CASE WHEN n % 50 IN (1, 2) THEN n - n % 50 ELSE n END) * interval '1 minute' AS at
            FROM generate_series(1, 40000) n) s;
      INSERT INTO orders (id, order_number, root_order_id, parent_order_id, is_split, customer_id, seller_id, status, payment_status,
        fulfilment_status, cancel_reason, currency, items_amount, shipping_amount, discount_amount, tax_amount, total_amount, item_count,
        payment_method, expires_at, version, created_at, updated_at)
      SELECT id, 'N' || n, coalesce(parent, id), parent, n % 50 = 0, customer, CASE WHEN n % 50 > 0 THEN seller END,
             CASE WHEN is_rare THEN rare ELSE 'DELIVERED' END, 'NONE', 'NONE', CASE WHEN is_rare AND rare = 'CANCELLED' THEN 'CUSTOMER' END,
             'EUR', 100, 0, 0, 0, 100, 1, 'pm', timestamptz '2100-01-01' + n * interval '1 second', 1, at, at
      FROM filled;
      INSERT INTO order_items (id, order_id, line, variant_id, seller_id, name, quantity, unit_price, discount_amount, shipping_amount,
        tax_amount, total_price, status, reservation_key, shipped_quantity, refunded_quantity)
      SELECT id, id, 1, 'v' || n % 1000, seller, 'Good', 1, 100, 0, 0, 0, 100,
             CASE WHEN is_rare THEN rare ELSE 'DELIVERED' END, id::text, 1, CASE WHEN n % 700 = 0 THEN 1 ELSE 0 END
      FROM filled WHERE n % 50 > 0;
      INSERT INTO order_payments (id, order_id, payment_intent_id, status, currency, amount, created_at)
      SELECT id, id, 'pi_' || n, 'AUTHORIZED', 'EUR', 100, at FROM filled WHERE parent IS NULL;
      INSERT INTO order_sagas (order_id, step, version) SELECT id, 'COMPLETED', 1 FROM filled WHERE parent IS NULL;
      ANALYZE;
      """;

  private static final TestDatabase database = TestDatabase.superuserIn(SCHEMA);

  @BeforeAll
  static void fill() throws SQLException, IOException {
    try (Connection connection = TestDatabase.superuserIn("public").connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE");
      statement.execute("CREATE SCHEMA " + SCHEMA);
      connection.setSchema(SCHEMA);
      Path root = Path.of(System.getProperty("order-system.root"));
      for (String folder :
          List.of(
              "platform/src/main/resources/db/platform",
              "order-service/src/main/resources/db/migration")) {
        for (Path migration : migrations(root.resolve(folder))) {
          statement.execute(Files.readString(migration));
        }
      }
      statement.execute(FILL);
    }
  }

  private static List<Path> migrations(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @AfterAll
  static void drop() {
    database.execute("DROP SCHEMA " + SCHEMA + " CASCADE");
  }

  @Test
  void allIndexesOfTheSeedAreThereUnderTheirNames() {
    assertThat(
            database
                .rows(
                    """
                    SELECT relname FROM pg_class
                    WHERE relkind = 'I' AND relnamespace = ?::regnamespace AND relname LIKE 'idx_order%'
                    """,
                    SCHEMA)
                .stream()
                .map(row -> row.get("relname")))
        .containsAll(INDEXES);
  }

  /**
   * A query, and the index that the seed names for it.
   *
   * @param sql with its parameters filled in, or as it is prepared
   * @param parameters of one whose plan is kept for all parameters
   */
  record SeedQuery(String name, String index, String sql, List<String> parameters) {
    SeedQuery(String name, String index, String sql) {
      this(name, index, sql, List.of());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<SeedQuery> queries() {
    String id = first("SELECT id FROM filled WHERE n = 20000");
    return List.of(
        kept(
            "customer order history",
            "idx_orders_customer_created",
            inMonthOf(id, text("lists.OrderHistory", "LIST")),
            NEWEST,
            "21",
            "'heavy'"),
        kept(
            "active orders dashboard",
            "idx_orders_status_created",
            inMonthOf(id, text("lists.ActiveOrders", "LIST")),
            NEWEST,
            "21"),
        kept(
            "seller order management",
            "idx_order_items_seller_status",
            inMonthOf(id, text("lists.SellerOrders", "OF_STATUS")),
            NEWEST,
            "21",
            "'s27'",
            "'CONFIRMED'"),
        kept(
            "all of a seller's orders",
            "idx_order_items_seller_id",
            inMonthOf(id, text("lists.SellerOrders", "LIST")),
            NEWEST,
            "21",
            "'s27'"),
        new SeedQuery(
            "expired orders",
            "idx_orders_expired",
            sent(
                "expiry.SweepOrders",
                "EXPIRED",
                "timestamptz '2100-01-01 01:00'",
                "timestamptz '1970-01-01'",
                "'00000000-0000-0000-0000-000000000000'::uuid",
                "100",
                "10")),
        kept(
            "children of a parent",
            "idx_orders_parent_id",
            inMonthOf(id, text("order.OrderReads", "TREES")),
            "ARRAY['" + id + "']::uuid[]"),
        new SeedQuery(
            "a customer's active orders",
            "idx_orders_active",
            "SELECT count(*) FROM orders WHERE customer_id = 'heavy' AND status IN ('PENDING', 'CONFIRMED', 'PROCESSING', 'SHIPPED')"),
        new SeedQuery(
            "by payment intent",
            "idx_order_payments_payment_intent_id",
            "SELECT order_id FROM order_payments WHERE payment_intent_id = 'pi_20000'"),
        new SeedQuery(
            "refunded lines",
            "idx_order_items_refunded",
            "SELECT order_id FROM order_items WHERE refunded_quantity > 0"));
  }

  private static SeedQuery kept(String name, String index, String sql, String... parameters) {
    return new SeedQuery(name, index, sql, List.of(parameters));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void usesItsIndexAndNoLongerWhenThatIsDropped(SeedQuery query) throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      List<String> partitions =
          column(
              connection,
              """
              SELECT child.relname FROM pg_inherits i
              JOIN pg_class parent ON parent.oid = i.inhparent JOIN pg_class child ON child.oid = i.inhrelid
              WHERE parent.relname = '%s' AND parent.relnamespace = '%s'::regnamespace
              """
                  .formatted(query.index(), SCHEMA));
      assertThat(partitions).hasSizeGreaterThan(1);
      String plan = plan(connection, query);
      assertThat(partitions.stream().filter(plan::contains)).as(plan).isNotEmpty();
      try (Statement statement = connection.createStatement()) {
        statement.execute("DROP INDEX " + query.index());
      }
      String without = plan(connection, query);
      assertThat(partitions.stream().filter(without::contains)).as(without).isEmpty();
      connection.rollback();
    }
  }

  @Test
  void page500ReadsHardlyMoreThanPage1() throws SQLException {
    String deep =
        first(
            "SELECT id FROM orders WHERE customer_id = 'heavy' AND parent_order_id IS NULL ORDER BY id DESC OFFSET 499 * 20 LIMIT 1");
    String newest =
        first("SELECT id FROM orders WHERE customer_id = 'heavy' ORDER BY id DESC LIMIT 1");
    try (Connection connection = database.connect()) {
      long first = buffers(connection, page(newest, NEWEST));
      long last = buffers(connection, page(deep, "'" + deep + "'::uuid"));
      assertThat(first).isPositive();
      assertThat(last).isLessThanOrEqualTo(first + 10);
    }
  }

  private static String page(String order, String cursor) {
    return inMonthOf(order, sent("lists.OrderHistory", "LIST", cursor, "21", "'heavy'"));
  }

  private static String inMonthOf(String order, String sql) {
    return Month.of(UUID.fromString(order)).in(sql);
  }

  private static long buffers(Connection connection, String sql) throws SQLException {
    // Twice: the first time also reads the catalogue.
    column(connection, "EXPLAIN (ANALYZE, BUFFERS) " + sql);
    for (String line : column(connection, "EXPLAIN (ANALYZE, BUFFERS) " + sql)) {
      var matcher = BUFFERS.matcher(line);
      if (line.strip().startsWith("Buffers:") && matcher.find()) {
        return number(matcher.group(1)) + number(matcher.group(2));
      }
    }
    throw new IllegalStateException("no buffers");
  }

  private static long number(@org.jspecify.annotations.Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** The statement as the service has it, with literals for its parameters. */
  private static String sent(String type, String constant, String... parameters) {
    String sql = text(type, constant);
    for (int i = parameters.length; i > 0; i--) {
      sql = sql.replace("$" + i, parameters[i - 1]);
    }
    return sql;
  }

  private static String text(String type, String constant) {
    try {
      var field = Class.forName("io.ordersystem.orders." + type).getDeclaredField(constant);
      field.setAccessible(true);
      return String.valueOf(field.get(null));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As the service's look-ups and lists are planned (KeyedReading), or for these parameters. */
  private static String plan(Connection connection, SeedQuery query) throws SQLException {
    if (query.parameters().isEmpty()) {
      return String.join("\n", column(connection, "EXPLAIN " + query.sql()));
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL plan_cache_mode = force_generic_plan");
      statement.execute("SET LOCAL enable_seqscan = off");
      statement.execute("PREPARE kept AS " + query.sql());
      var plan =
          column(
              connection, "EXPLAIN EXECUTE kept (" + String.join(", ", query.parameters()) + ")");
      statement.execute("DEALLOCATE kept");
      return String.join("\n", plan);
    }
  }

  private static String first(String sql) {
    try (Connection connection = database.connect()) {
      return column(connection, sql).getFirst();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static List<String> column(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
