package io.ordersystem.inventory.bulk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.inventory.bulk.BulkResource.BulkAnswer;
import io.ordersystem.inventory.stock.OfferAccess;
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
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes many quantities in one transaction: rows are locked in key order, judged one by one, and
 * written as sets. A row that is refused does not disturb the others.
 */
@ApplicationScoped
class WriteStock {
  private final IdempotentRequests requests;
  private final StockTable stock;
  private final Ids ids;
  private final ObjectMapper json;

  WriteStock(IdempotentRequests requests, StockTable stock, Ids ids, ObjectMapper json) {
    this.requests = requests;
    this.stock = stock;
    this.ids = ids;
    this.json = json;
  }

  Uni<StoredAnswer> write(
      Caller caller, @Nullable String idempotencyKey, List<BulkRow> rows, Cause cause) {
    requireOneOf(rows);
    return requests.once(
        new IdempotentRequests.Request(caller, idempotencyKey, "POST /api/inventory/bulk", rows),
        tx -> write(tx, caller, rows, cause));
  }

  private static void requireOneOf(List<BulkRow> rows) {
    var invalid = new ArrayList<DomainException.Invalid>();
    for (int i = 0; i < rows.size(); i++) {
      if (!rows.get(i).isOneOf()) {
        invalid.add(new DomainException.Invalid("/" + i, "needs one of onHand and delta"));
      }
    }
    if (!invalid.isEmpty()) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED, "each row needs one of onHand and delta", invalid);
    }
  }

  private Uni<StoredAnswer> write(Tx tx, Caller caller, List<BulkRow> rows, Cause cause) {
    var keys = new TreeSet<StockKey>();
    rows.stream()
        .map(BulkRow::key)
        .filter(key -> OfferAccess.isWritable(caller, key.sellerId()))
        .forEach(keys::add);
    return stock
        .lock(tx, keys)
        .chain(locked -> {
          var write = new BulkWrite(locked, ids::next, caller.subject());
          var results = rows.stream().map(write::apply).toList();
          return stock
              .save(tx, write.changes(), write.movements(), key -> cause)
              .map(done -> new StoredAnswer(200, null, null, text(new BulkAnswer(results)), false));
        });
  }

  private String text(BulkAnswer answer) {
    try {
      return json.writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("results are always writable", e);
    }
  }
}
