package io.ordersystem.inventory.movements;

import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.platform.pages.Cursor;
import io.ordersystem.platform.pages.Page;
import io.ordersystem.platform.reads.Reads;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the history of an offer's quantity, newest first. */
@ApplicationScoped
class Movements {
  private static final String LIST =
      """
      SELECT id, variant_id, seller_id, type, quantity, reason, reference, actor, created_at FROM stock_movements
      WHERE variant_id = $1 AND seller_id = $2 AND ($3::uuid IS NULL OR id < $3)
      ORDER BY id DESC LIMIT $4
      """;

  private final Reads reads;

  Movements(Reads reads) {
    this.reads = reads;
  }

  Uni<Page<MovementView>> list(StockKey key, int limit, @Nullable String cursorText) {
    var cursor = new Cursor("movements/" + key.messageKey());
    UUID after = cursor.readId(cursorText);
    return reads.read(database ->
        database
            .query(LIST, key.variantId(), key.sellerId(), after, limit + 1)
            .map(rows ->
                Page.of(rows, Movements::view, limit, last -> cursor.after(last.id().toString()))));
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
