package io.ordersystem.inventory.movements;

import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the history of an offer's quantity, newest first. */
@ApplicationScoped
class Movements {
  private static final String LIST =
      """
      SELECT * FROM stock_movements
      WHERE variant_id = $1 AND seller_id = $2 AND ($3::uuid IS NULL OR id < $3)
      ORDER BY id DESC LIMIT $4
      """;

  private final Pool pool;

  Movements(Pool pool) {
    this.pool = pool;
  }

  Uni<Page<MovementView>> list(StockKey key, int limit, @Nullable String cursorText) {
    var cursor = new Cursor("movements/" + key.messageKey());
    UUID after = cursor.readId(cursorText);
    return pool.preparedQuery(LIST)
        .execute(Tuple.of(key.variantId(), key.sellerId(), after, limit + 1))
        .map(rows -> {
          var views = new ArrayList<MovementView>();
          rows.forEach(row -> views.add(view(row)));
          return Page.of(views, limit, last -> cursor.after(last.id().toString()));
        });
  }

  private static MovementView view(Row row) {
    return new MovementView(
        row.getUUID("id"),
        row.getString("variant_id"),
        row.getString("seller_id"),
        row.getString("type"),
        row.getInteger("quantity"),
        row.getString("reason"),
        row.getString("reference"),
        row.getString("actor"),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
