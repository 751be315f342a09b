package io.ordersystem.orders.order;

import static io.ordersystem.orders.Shop.SOON;
import static io.ordersystem.orders.Shop.newVariant;
import static io.ordersystem.orders.Shop.offer;
import static io.ordersystem.orders.Shop.placed;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.ordersystem.platform.reads.KeyedReading;
import io.ordersystem.platform.reads.Reads;
import io.ordersystem.platform.sql.Statements;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One order by its id or number. */
@QuarkusTest
class LookUpsTest {
  private static final Standing OPERATOR = new Standing(true, false, false);

  /** Of this session, but for the catalogue's. */
  private static final String LOCKED =
      """
      SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
      WHERE l.pid = pg_backend_pid() AND c.relkind IN ('r', 'p') AND c.relnamespace <> 'pg_catalog'::regnamespace
      """;

  private static final String PLANS_KEPT =
      "SELECT sum(generic_plans) AS n FROM pg_prepared_statements WHERE statement LIKE '%FROM order\\_payments\\_%'";

  @Inject Reads reads;
  @Inject OrderDetails details;
  @Inject MeterRegistry metrics;

  @Test
  void locksOnlyTheTablesOfItsMonth() {
    UUID order = order();
    String month = Month.of(order).in("{month}");
    assertThat(locked(database -> details.get(database, order, OPERATOR)))
        .containsExactlyInAnyOrder(
            "orders_" + month, "order_items_" + month, "order_payments_" + month);
    // What it would be otherwise: the table and each of its months.
    assertThat(locked(database -> database.query("SELECT * FROM orders WHERE id = $1", order)))
        .contains("orders")
        .hasSizeGreaterThan(4);
  }

  @Test
  void itsPlanIsKept() {
    UUID order = order();
    assertThat(plansKept(order)).isPositive();
  }

  private int plansKept(UUID order) {
    return reads
        .readPrimary(
            new KeyedReading<>(database ->
                details.get(database, order, OPERATOR).chain(() -> database.query(PLANS_KEPT))))
        .map(rows -> rows.iterator().next().getInteger("n"))
        .await()
        .atMost(SOON);
  }

  private <T> List<String> locked(Function<Statements, Uni<T>> reading) {
    return reads
        .readPrimary(
            new KeyedReading<>(
                database -> reading.apply(database).chain(() -> database.query(LOCKED))))
        .map(rows -> {
          var names = new ArrayList<String>();
          for (Row row : rows) {
            names.add(row.getString("relname"));
          }
          return names;
        })
        .await()
        .atMost(SOON);
  }

  private static UUID order() {
    String variant = newVariant();
    offer(variant, "s-" + variant, 100, 1_000);
    return placed("c-" + UUID.randomUUID(), variant, 1);
  }

  /** Most of what looks like an id and is none. */
  @Test
  void nobodyIsAskedForWhatIsFromTimesToCome() {
    double before = reads();
    TestRequests.stranger(TestTokens.operator())
        .get("/api/orders/f47ac10b-58cc-4372-a567-0e02b2c3d479")
        .then()
        .statusCode(404);
    assertThat(reads()).isEqualTo(before);
    TestRequests.stranger(TestTokens.operator())
        .get("/api/orders/00e4c5f4-0000-7000-8000-000000000000")
        .then()
        .statusCode(404);
    assertThat(reads()).isGreaterThan(before);
  }

  private double reads() {
    return metrics.find("reads.database").counters().stream().mapToDouble(Counter::count).sum();
  }

  /** Without a table of that month; from times to come; neither id nor number. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "00e4c5f4-0000-7000-8000-000000000000",
        "010501-K7M4Q9Z",
        "991231-K7M4Q9Z",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "260230-K7M4Q9Z",
        "nothing"
      })
  void whatThereIsNotIsNotFound(String idOrNumber) {
    for (String path : List.of("/api/orders/", "/api/orders/%s/events")) {
      TestRequests.stranger(TestTokens.operator())
          .get(path.contains("%s") ? path.formatted(idOrNumber) : path + idOrNumber)
          .then()
          .statusCode(404);
    }
  }
}
