package io.ordersystem.inventory.offers;

import io.ordersystem.inventory.stock.OfferAccess;
import io.ordersystem.inventory.stock.Stock;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.inventory.stock.StockTable;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.web.EntityTags;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Withdraws an offer: it can no longer be found or ordered. Its row stays, with what is on hand and
 * its movements, and a PUT offers it again.
 */
@ApplicationScoped
class WithdrawOffer {
  private static final ProblemType RESERVED =
      new ProblemType(409, "stock-reserved", "Some of the stock is reserved");

  private final Transactions transactions;
  private final StockTable stock;
  private final Clock clock;

  WithdrawOffer(Transactions transactions, StockTable stock, Clock clock) {
    this.transactions = transactions;
    this.stock = stock;
    this.clock = clock;
  }

  Uni<Void> withdraw(StockKey key, @Nullable String ifMatch, Cause cause) {
    return transactions.inTransaction(tx ->
        stock
            .lock(tx, new TreeSet<>(List.of(key)))
            .map(rows -> withdrawn(rows.get(key), key, ifMatch))
            .call(change -> update(tx, change.after()))
            .chain(change -> stock.announce(tx, List.of(change.after()), cause)));
  }

  private static Stock.Change withdrawn(
      @Nullable Stock before, StockKey key, @Nullable String ifMatch) {
    if (before == null || before.deleted()) {
      throw OfferAccess.notFound(key.variantId(), key.sellerId());
    }
    EntityTags.require(ifMatch, before.version());
    if (before.reserved() > 0) {
      throw new DomainException(RESERVED, before.reserved() + " are reserved");
    }
    return new Stock.Change(before, before.withdrawn());
  }

  private Uni<Integer> update(Tx tx, Stock offer) {
    return tx.update(
        """
        UPDATE inventory SET deleted_at = $3, version = $4, updated_at = $3
        WHERE variant_id = $1 AND seller_id = $2
        """,
        offer.key().variantId(),
        offer.key().sellerId(),
        OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC),
        offer.version());
  }
}
