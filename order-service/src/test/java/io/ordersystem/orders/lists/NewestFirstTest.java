package io.ordersystem.orders.lists;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.placed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;

import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.orders.OldMonths;
import io.ordersystem.orders.Shop;
import io.ordersystem.orders.lists.NewestFirst.Range;
import io.ordersystem.platform.reads.KeyedReading;
import io.ordersystem.platform.reads.Reads;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages of lists from tables by months. */
@QuarkusTest
class NewestFirstTest {
  private static final String LOCKED =
      """
      SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
      WHERE l.pid = pg_backend_pid() AND c.relkind IN ('r', 'p') AND c.relnamespace <> 'pg_catalog'::regnamespace
      """;

  private final String customer = "c-" + UUID.randomUUID();
  private final String seller = "s-" + UUID.randomUUID();

  @Inject Reads reads;
  @Inject Clock clock;

  @AfterEach
  void forget() throws SQLException {
    try (Connection connection = Shop.database().connect();
        Statement statement = connection.createStatement()) {
      OldMonths.drop(statement, "2017-01-01Z");
    }
  }

  /** In neighbouring months, with years between, at the turn of a month, twice in one. */
  @Test
  void findsWhatIsSpreadOverTheMonths() throws SQLException {
    var ids = new ArrayList<String>();
    for (String day :
        List.of(
            "2012-03-01", "2012-03-31", "2013-12-31", "2014-01-01", "2016-06-15", "2016-06-16")) {
      ids.add(old(day));
    }
    ids.add(newest(1).getFirst().toString());
    Collections.reverse(ids);
    assertThat(listed("")).isEqualTo(ids);
    assertThat(listed("&createdFrom=2012-03-31T00:00:00Z&createdTo=2016-06-16T00:00:00Z"))
        .isEqualTo(ids.subList(2, 6));
    assertThat(listed("&createdTo=2012-03-01T00:00:00Z")).isEmpty();
    assertThat(listed("&createdTo=1969-12-31T00:00:00Z")).isEmpty();
    assertThat(listed("&createdFrom=1900-01-01T00:00:00Z")).isEqualTo(ids);
    assertThat(listed("&createdTo=2999-01-01T00:00:00Z")).isEqualTo(ids);
  }

  @Test
  void everyListGoesBackByMonths() throws SQLException {
    var ids = new ArrayList<String>();
    for (String day :
        List.of("2012-03-31", "2013-12-31", "2014-01-01", "2016-06-15", "2016-06-16")) {
      ids.addFirst(old(day));
    }
    String operator = TestTokens.operator();
    String orders = "/api/orders?limit=2&createdTo=2017-01-01T00:00:00Z";
    assertThat(listed(operator, orders)).isEqualTo(ids);
    assertThat(listed(operator, orders + "&status=DELIVERED")).isEqualTo(ids);
    assertThat(listed(operator, orders + "&status=SHIPPED")).isEmpty();
    assertThat(listed(operator, orders + "&status=DELIVERED&customerId=" + customer))
        .isEqualTo(ids);
    assertThat(listed(operator, orders + "&status=DELIVERED&customerId=nobody")).isEmpty();
    String mine = "/api/sellers/" + seller + "/orders?limit=2";
    assertThat(listed(TestTokens.seller(seller), mine)).isEqualTo(ids);
    assertThat(listed(TestTokens.seller(seller), mine + "&itemStatus=DELIVERED")).isEqualTo(ids);
    assertThat(listed(TestTokens.seller(seller), mine + "&itemStatus=SHIPPED")).isEmpty();
    for (Response page : pages(TestTokens.seller(seller), mine)) {
      page.then().body("items.items.collect { it.size() }", everyItem(equalTo(2)));
    }
  }

  @Test
  void theDashboardGoesBackByMonths() throws SQLException {
    var ids = new ArrayList<String>();
    for (String day : List.of("2012-03-31", "2014-01-01", "2016-06-16")) {
      ids.addFirst(old(day));
    }
    setStatus("CONFIRMED");
    try {
      assertThat(
              listed(TestTokens.operator(), "/api/orders/active?limit=100").stream()
                  .filter(ids::contains))
          .containsExactlyElementsOf(ids);
    } finally {
      setStatus("DELIVERED");
    }
  }

  private void setStatus(String status) throws SQLException {
    try (Connection connection = Shop.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE orders SET status = '%s' WHERE customer_id = '%s'".formatted(status, customer));
    }
  }

  @Test
  void aFullPageLocksTheNewestMonthAlone() {
    newest(3);
    List<String> tables =
        reads
            .readPrimary(
                new KeyedReading<>(database ->
                    new NewestFirst(database, OrderHistory.LIST, customer)
                        .read(Range.below(null, clock), 3, Summary::of)
                        .chain(() -> database.query(LOCKED))))
            .map(rows -> {
              var names = new ArrayList<String>();
              rows.forEach(row -> names.add(row.getString("relname")));
              return names;
            })
            .await()
            .atMost(SOON);
    // On the last day of a month the next one is a day ahead.
    assertThat(tables).hasSizeBetween(1, 2).allMatch(name -> name.startsWith("orders_"));
  }

  private List<UUID> newest(int count) {
    String variant = newVariant();
    offer(variant, "s-" + variant, 100, 1_000);
    var ids = new ArrayList<UUID>();
    for (int i = 0; i < count; i++) {
      ids.add(placed(customer, variant, 1));
    }
    return ids;
  }

  private List<String> listed(String filter) {
    return listed(TestTokens.customer(customer), "/api/orders?limit=2" + filter);
  }

  private static List<String> listed(String token, String path) {
    return pages(token, path).stream()
        .flatMap(page -> page.<List<String>>path("items.id").stream())
        .toList();
  }

  /** All of them, from the primary: the replica is not told of what is written past the service. */
  private static List<Response> pages(String token, String path) {
    var pages = new ArrayList<Response>();
    String cursor = null;
    do {
      Response page =
          TestRequests.stranger(token)
              .header("Cache-Control", "no-cache")
              .get(path + (cursor == null ? "" : "&cursor=" + cursor));
      page.then().statusCode(200);
      pages.add(page);
      cursor = page.path("nextCursor");
    } while (cursor != null);
    return pages;
  }

  /** An order of two lines. */
  private String old(String day) throws SQLException {
    try (Connection connection = Shop.database().connect();
        Statement statement = connection.createStatement()) {
      OldMonths.create(statement, day + "Z");
      String id;
      try (var rows =
          statement.executeQuery(
              """
              INSERT INTO orders (id, order_number, root_order_id, is_split, customer_id, seller_id, status, payment_status,
                fulfilment_status, currency, items_amount, shipping_amount, discount_amount, tax_amount, total_amount,
                item_count, payment_method, expires_at, version, created_at, updated_at)
              SELECT id, '%2$s-' || gen_random_uuid(), id, false, '%1$s', 's', 'DELIVERED', 'NONE', 'NONE', 'EUR', 1, 0, 0, 0, 1, 1,
                'pm', '%2$s', 1, '%2$s', '%2$s'
              FROM (SELECT (left(uuid7_floor('%2$sZ')::text, 24) || right(gen_random_uuid()::text, 12))::uuid AS id) AS new
              RETURNING id::text
              """
                  .formatted(customer, day))) {
        rows.next();
        id = rows.getString(1);
      }
      statement.execute(
          """
          INSERT INTO order_items (id, order_id, line, variant_id, seller_id, name, quantity, unit_price, discount_amount,
            shipping_amount, tax_amount, total_price, status, reservation_key)
          SELECT gen_random_uuid(), '%1$s', line, 'v', '%2$s', 'n', 1, 1, 0, 0, 0, 1, 'DELIVERED', '%1$s:' || line
          FROM generate_series(1, 2) AS line
          """
              .formatted(id, seller));
      return id;
    }
  }
}
