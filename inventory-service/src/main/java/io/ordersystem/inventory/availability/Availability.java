package io.ordersystem.inventory.availability;

import io.ordersystem.inventory.availability.AvailabilityResource.AnsweredItem;
import io.ordersystem.inventory.availability.AvailabilityResource.Item;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** The seed's inventory check: all items of an order in one query, in their order. */
@ApplicationScoped
class Availability {
  private static final String CHECK =
      """
      SELECT a.variant_id, a.seller_id, a.quantity, coalesce(max(i.on_hand - i.reserved), 0) AS available
      FROM unnest($1::text[], $2::text[], $3::int[]) WITH ORDINALITY AS a(variant_id, seller_id, quantity, n)
      LEFT JOIN inventory i ON i.variant_id = a.variant_id AND i.deleted_at IS NULL
        AND (a.seller_id IS NULL OR i.seller_id = a.seller_id)
      GROUP BY a.n, a.variant_id, a.seller_id, a.quantity ORDER BY a.n
      """;

  private final Pool pool;

  Availability(Pool pool) {
    this.pool = pool;
  }

  Uni<List<AnsweredItem>> check(List<Item> items) {
    return pool.preparedQuery(CHECK)
        .execute(
            Tuple.of(
                items.stream().map(Item::variantId).toArray(String[]::new),
                items.stream().map(Item::sellerId).toArray(String[]::new),
                items.stream().map(Item::quantity).toArray(Integer[]::new)))
        .map(rows -> {
          var answers = new ArrayList<AnsweredItem>();
          rows.forEach(row -> answers.add(answer(row)));
          return answers;
        });
  }

  private static AnsweredItem answer(Row row) {
    int quantity = row.getInteger("quantity");
    int available = row.getInteger("available");
    return new AnsweredItem(
        row.getString("variant_id"),
        row.getString("seller_id"),
        quantity,
        available,
        available >= quantity);
  }
}
