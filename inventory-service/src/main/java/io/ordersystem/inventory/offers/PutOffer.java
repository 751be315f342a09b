package io.ordersystem.inventory.offers;

import io.ordersystem.inventory.stock.Movement;
import io.ordersystem.inventory.stock.Stock;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.inventory.stock.StockTable;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.web.EntityTags;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes an offer, or changes its price and name; tells the world in the same transaction. */
@ApplicationScoped
class PutOffer {
  private final Transactions transactions;
  private final StockTable stock;
  private final Ids ids;
  private final Clock clock;

  PutOffer(Transactions transactions, StockTable stock, Ids ids, Clock clock) {
    this.transactions = transactions;
    this.stock = stock;
    this.ids = ids;
    this.clock = clock;
  }

  /** What became of it: {@code created} tells 201 from 200. */
  record Put(OfferView offer, boolean created) {}

  Uni<Put> put(
      Caller caller, StockKey key, PutOfferRequest request, @Nullable String ifMatch, Cause cause) {
    requireCurrency(request.currency());
    return transactions.inTransaction(tx ->
        insert(tx, key, request)
            .chain(inserted ->
                inserted == 1
                    ? created(tx, caller, key, request, cause)
                    : changed(tx, key, request, ifMatch, cause)));
  }

  private Uni<Integer> insert(Tx tx, StockKey key, PutOfferRequest request) {
    return tx.update(
        """
        INSERT INTO inventory (variant_id, seller_id, sku, name, unit_price, currency, on_hand, low_stock_threshold, created_at, updated_at, moved_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9) ON CONFLICT DO NOTHING
        """,
        key.variantId(),
        key.sellerId(),
        request.sku(),
        request.name(),
        request.unitPrice(),
        request.currency(),
        request.firstStock(),
        request.lowStockThreshold(),
        OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
  }

  private Uni<Put> created(
      Tx tx, Caller caller, StockKey key, PutOfferRequest request, Cause cause) {
    List<Movement> first =
        request.firstStock() == 0
            ? List.of()
            : List.of(
                new Movement(
                    ids.next(),
                    key,
                    Movement.Type.RECEIPT,
                    request.firstStock(),
                    "first stock",
                    null,
                    caller.subject()));
    return stock
        .record(tx, first)
        .chain(() -> stock.lock(tx, new TreeSet<>(List.of(key))))
        .call(rows -> stock.announce(tx, rows.values(), cause))
        .map(rows -> new Put(OfferView.of(rows.firstEntry().getValue()), true));
  }

  private Uni<Put> changed(
      Tx tx, StockKey key, PutOfferRequest request, @Nullable String ifMatch, Cause cause) {
    return stock
        .lock(tx, new TreeSet<>(List.of(key)))
        .map(rows -> rows.firstEntry().getValue())
        .invoke(before -> EntityTags.require(ifMatch, before.version()))
        .map(before -> new Stock.Change(before, request.applied(before)))
        .call(change -> update(tx, change.after()))
        .call(change -> stock.tell(tx, List.of(change), any -> cause))
        .map(change -> new Put(OfferView.of(change.after()), false));
  }

  private Uni<Integer> update(Tx tx, Stock offer) {
    return tx.update(
        """
        UPDATE inventory SET sku = $3, name = $4, unit_price = $5, currency = $6, low_stock_threshold = $7,
               deleted_at = NULL, version = $8, level_version = $9, updated_at = $10
        WHERE variant_id = $1 AND seller_id = $2
        """,
        offer.key().variantId(),
        offer.key().sellerId(),
        offer.sku(),
        offer.name(),
        offer.unitPrice(),
        offer.currency(),
        offer.lowStockThreshold(),
        offer.version(),
        offer.levelVersion(),
        OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC));
  }

  private static void requireCurrency(String code) {
    boolean known =
        Currency.getAvailableCurrencies().stream()
            .anyMatch(currency -> currency.getCurrencyCode().equals(code));
    if (!known) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          code + " is no ISO 4217 currency",
          List.of(new DomainException.Invalid("/currency", "is no ISO 4217 currency")));
    }
  }
}
