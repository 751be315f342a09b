package io.ordersystem.inventory.movements;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.inventory.stock.InsufficientStock;
import io.ordersystem.inventory.stock.Movement;
import io.ordersystem.inventory.stock.OfferAccess;
import io.ordersystem.inventory.stock.Stock;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.inventory.stock.StockTable;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.idempotency.StoredAnswer;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Changes the quantity on hand by a movement; never below what is reserved. */
@ApplicationScoped
class MoveStock {
  private final IdempotentRequests requests;
  private final StockTable stock;
  private final Ids ids;
  private final Clock clock;
  private final ObjectMapper json;

  MoveStock(
      IdempotentRequests requests, StockTable stock, Ids ids, Clock clock, ObjectMapper json) {
    this.requests = requests;
    this.stock = stock;
    this.ids = ids;
    this.clock = clock;
    this.json = json;
  }

  Uni<StoredAnswer> move(
      Caller caller,
      @Nullable String idempotencyKey,
      StockKey key,
      MoveStockRequest request,
      Cause cause) {
    if (!request.hasValidSign()) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          "quantity must be positive, only an ADJUSTMENT may be negative",
          List.of(new DomainException.Invalid("/quantity", "has the wrong sign")));
    }
    return requests.once(
        new IdempotentRequests.Request(
            caller,
            idempotencyKey,
            "POST /api/inventory/" + key.messageKey() + "/movements",
            request),
        tx -> moveNow(tx, caller, key, request, cause));
  }

  private Uni<StoredAnswer> moveNow(
      Tx tx, Caller caller, StockKey key, MoveStockRequest request, Cause cause) {
    var movement =
        new Movement(
            ids.next(),
            key,
            Movement.Type.valueOf(request.type().name()),
            request.signed(),
            request.reason(),
            request.reference(),
            caller.subject());
    return stock
        .lock(tx, new TreeSet<>(List.of(key)))
        .map(rows -> moved(rows.get(key), key, movement.quantity()))
        .chain(now -> stock.save(tx, List.of(now), List.of(movement), any -> cause))
        .map(done -> created(movement));
  }

  private static Stock.Change moved(@Nullable Stock before, StockKey key, int quantity) {
    if (before == null || before.deleted()) {
      throw OfferAccess.notFound(key.variantId(), key.sellerId());
    }
    if ((long) before.onHand() + quantity < before.reserved()) {
      throw new InsufficientStock(
          "on hand are " + before.onHand() + ", of which " + before.reserved() + " are reserved");
    }
    if ((long) before.onHand() + quantity > Integer.MAX_VALUE) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED, "more than " + Integer.MAX_VALUE + " cannot be stored");
    }
    return new Stock.Change(before, before.move(quantity));
  }

  private StoredAnswer created(Movement movement) {
    var view =
        new MovementView(
            movement.id(),
            movement.key().variantId(),
            movement.key().sellerId(),
            movement.type().name(),
            movement.quantity(),
            movement.reason(),
            movement.reference(),
            movement.actor(),
            clock.instant());
    try {
      return new StoredAnswer(201, null, null, json.writeValueAsString(view), false);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a movement is always writable", e);
    }
  }
}
