package io.ordersystem.inventory.offers;

import io.ordersystem.inventory.stock.OfferAccess;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.inventory.stock.StockTable;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads offers. Withdrawn ones are not shown. */
@ApplicationScoped
class Offers {
  /** A variant with more sellers than this is listed by its first ones. */
  private static final int SELLERS = 1_000;

  private static final String SELECT =
      "SELECT " + StockTable.COLUMNS + " FROM inventory WHERE deleted_at IS NULL ";

  private final Pool pool;

  Offers(Pool pool) {
    this.pool = pool;
  }

  Uni<OfferView> get(StockKey key) {
    return pool.preparedQuery(SELECT + "AND variant_id = $1 AND seller_id = $2")
        .execute(Tuple.of(key.variantId(), key.sellerId()))
        .map(Offers::views)
        .map(found -> {
          if (found.isEmpty()) {
            throw OfferAccess.notFound(key.variantId(), key.sellerId());
          }
          return found.getFirst();
        });
  }

  Uni<Page<OfferView>> ofVariant(String variantId) {
    return pool.preparedQuery(SELECT + "AND variant_id = $1 ORDER BY seller_id LIMIT " + SELLERS)
        .execute(Tuple.of(variantId))
        .map(rows -> new Page<>(views(rows), null));
  }

  Uni<Page<OfferView>> list(
      @Nullable String sellerId, boolean lowStock, int limit, @Nullable String cursorText) {
    var cursor = new Cursor("offers/" + sellerId + "/" + lowStock);
    String after = cursor.read(cursorText);
    int cut = after == null ? 0 : after.indexOf('|');
    return pool.preparedQuery(
            SELECT
                + """
                AND ($1::text IS NULL OR seller_id = $1)
                AND (NOT $2 OR on_hand - reserved <= coalesce(low_stock_threshold, -1))
                AND ($3::text IS NULL OR (variant_id, seller_id) > ($3, $4))
                ORDER BY variant_id, seller_id LIMIT $5
                """)
        .execute(
            Tuple.of(
                sellerId,
                lowStock,
                after == null ? null : after.substring(0, cut),
                after == null ? null : after.substring(cut + 1),
                limit + 1))
        .map(rows ->
            Page.of(
                views(rows),
                limit,
                last -> cursor.after(last.variantId() + "|" + last.sellerId())));
  }

  private static List<OfferView> views(RowSet<Row> rows) {
    var views = new ArrayList<OfferView>();
    rows.forEach(row -> views.add(OfferView.of(StockTable.stock(row))));
    return views;
  }
}
