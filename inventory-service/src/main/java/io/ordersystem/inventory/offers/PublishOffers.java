package io.ordersystem.inventory.offers;

import io.ordersystem.contracts.Topic;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.inventory.stock.StockTable;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.outbox.StateTopics;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Publishes every offer as it is, withdrawn ones too. A piece is locked while it is appended, so
 * that what changes meanwhile is published after it.
 */
@ApplicationScoped
@Startup
class PublishOffers {
  private static final int AT_ONCE = 500;

  private static final String NEXT =
      """
      SELECT variant_id, seller_id FROM inventory
      WHERE $1::text IS NULL OR (variant_id, seller_id) > ($1, $2)
      ORDER BY variant_id, seller_id LIMIT $3
      """;

  private final Transactions transactions;
  private final StockTable stock;

  PublishOffers(Transactions transactions, StockTable stock, StateTopics topics) {
    this.transactions = transactions;
    this.stock = stock;
    topics.register(Topic.STOCK_STATE, this::publish);
  }

  private record Piece(@Nullable StockKey last, int size) {}

  /** How far it has got. */
  private static final class Progress {
    private @Nullable StockKey last;
    private int messages;

    void add(Piece piece) {
      last = piece.last();
      messages += piece.size();
    }
  }

  private Uni<Integer> publish() {
    var progress = new Progress();
    return Multi.createBy()
        .repeating()
        .uni(() ->
            transactions.inTransaction(tx -> publishSome(tx, progress.last)).invoke(progress::add))
        .whilst(piece -> piece.size() == AT_ONCE)
        .collect()
        .last()
        .map(last -> progress.messages);
  }

  private Uni<Piece> publishSome(Tx tx, @Nullable StockKey after) {
    return tx.query(
            NEXT,
            after == null ? null : after.variantId(),
            after == null ? null : after.sellerId(),
            AT_ONCE)
        .chain(rows -> {
          var keys = new TreeSet<StockKey>();
          StockKey last = null;
          for (var row : rows) {
            last = new StockKey(row.getString("variant_id"), row.getString("seller_id"));
            keys.add(last);
          }
          var piece = new Piece(last, keys.size());
          return stock
              .lock(tx, keys)
              .call(locked -> stock.announce(tx, locked.values(), Cause.NONE))
              .replaceWith(piece);
        });
  }
}
