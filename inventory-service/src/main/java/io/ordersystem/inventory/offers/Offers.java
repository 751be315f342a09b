package io.ordersystem.inventory.offers;

import io.ordersystem.inventory.stock.OfferAccess;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.inventory.stock.StockTable;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.reads.Reads;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
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

  private final Reads reads;

  Offers(Reads reads) {
    this.reads = reads;
  }

  Uni<OfferView> get(StockKey key) {
    return reads.read(database ->
        database
            .query(
                SELECT + "AND variant_id = $1 AND seller_id = $2", key.variantId(), key.sellerId())
            .map(Offers::views)
            .map(found -> {
              if (found.isEmpty()) {
                throw OfferAccess.notFound(key.variantId(), key.sellerId());
              }
              return found.getFirst();
            }));
  }

  Uni<Page<OfferView>> ofVariant(String variantId) {
    return reads.read(database ->
        database
            .query(SELECT + "AND variant_id = $1 ORDER BY seller_id LIMIT " + SELLERS, variantId)
            .map(rows -> new Page<>(views(rows), null)));
  }

  /**
   * Which offers are listed.
   *
   * @param search a part of the name, or the beginning of variant or SKU, in any case; needs a
   *     seller, whose offers are then read one by one
   */
  record Wanted(@Nullable String sellerId, boolean lowStock, @Nullable String search) {}

  Uni<Page<OfferView>> list(Wanted wanted, int limit, @Nullable String cursorText) {
    if (wanted.search() != null && wanted.sellerId() == null) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          "search needs sellerId: it looks through one seller's offers");
    }
    var cursor =
        new Cursor("offers/" + wanted.sellerId() + "/" + wanted.lowStock() + "/" + wanted.search());
    String after = cursor.read(cursorText);
    int cut = after == null ? 0 : after.indexOf('|');
    return reads.read(database ->
        database
            .query(
                SELECT
                    + """
                    AND ($1::text IS NULL OR seller_id = $1)
                    AND (NOT $2 OR on_hand - reserved <= coalesce(low_stock_threshold, -1))
                    AND ($3::text IS NULL OR (variant_id, seller_id) > ($3, $4))
                    AND ($6::text IS NULL OR strpos(lower(name), lower($6)) > 0
                         OR starts_with(lower(variant_id), lower($6)) OR starts_with(lower(sku), lower($6)))
                    ORDER BY variant_id, seller_id LIMIT $5
                    """,
                wanted.sellerId(),
                wanted.lowStock(),
                after == null ? null : after.substring(0, cut),
                after == null ? null : after.substring(cut + 1),
                limit + 1,
                wanted.search())
            .map(rows ->
                Page.of(
                    views(rows),
                    limit,
                    last -> cursor.after(last.variantId() + "|" + last.sellerId()))));
  }

  private static List<OfferView> views(RowSet<Row> rows) {
    var views = new ArrayList<OfferView>();
    rows.forEach(row -> views.add(OfferView.of(StockTable.stock(row))));
    return views;
  }
}
