package io.ordersystem.orders.placement;

import io.ordersystem.platform.security.Caller;
import io.quarkus.logging.Log;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * Offers from the local projection, which may lag, and from inventory-service itself, which may be
 * away.
 */
@ApplicationScoped
class Offers {
  private static final int AT_ONCE = 8;
  private static final String OF_VARIANTS =
      """
      SELECT variant_id, seller_id, name, unit_price, currency, available FROM offers
      WHERE variant_id = ANY ($1) AND NOT deleted ORDER BY variant_id, seller_id
      """;

  private final Pool pool;
  private final InventoryClient inventory;

  Offers(Pool pool, @RestClient InventoryClient inventory) {
    this.pool = pool;
    this.inventory = inventory;
  }

  /** What the projection holds of these variants. */
  Uni<List<Offer>> projected(Collection<String> variantIds) {
    return pool.preparedQuery(OF_VARIANTS)
        .execute(Tuple.of(variantIds.toArray(String[]::new)))
        .map(rows -> {
          var offers = new ArrayList<Offer>();
          rows.forEach(row -> offers.add(offer(row)));
          return offers;
        });
  }

  /**
   * What inventory-service says.
   *
   * @param answered the variants it has spoken about; of the others nothing is known
   */
  record Asked(List<Offer> offers, Set<String> answered) {
    static final Asked NOTHING = new Asked(List.of(), Set.of());
  }

  /** Asks inventory-service on the caller's behalf; never fails, but may leave variants out. */
  Uni<Asked> ask(Caller caller, Collection<String> variantIds) {
    if (variantIds.isEmpty()) {
      return Uni.createFrom().item(Asked.NOTHING);
    }
    String authorization = "Bearer " + caller.token();
    return Multi.createFrom()
        .iterable(variantIds)
        .onItem()
        .transformToUni(variantId -> askOne(authorization, variantId))
        .merge(AT_ONCE)
        .collect()
        .asList()
        .map(Offers::together);
  }

  private Uni<Asked> askOne(String authorization, String variantId) {
    return inventory
        .offers(variantId, authorization)
        .map(answer -> new Asked(answer.items(), Set.of(variantId)))
        .onFailure()
        .invoke(failure ->
            Log.warnf("No hint from inventory-service for %s: %s", variantId, failure.toString()))
        // An order must not depend on the hint; who asked decides what not knowing means.
        .onFailure()
        .recoverWithItem(Asked.NOTHING);
  }

  private static Asked together(List<Asked> parts) {
    var offers = new ArrayList<Offer>();
    var answered = new HashSet<String>();
    for (Asked part : parts) {
      offers.addAll(part.offers());
      answered.addAll(part.answered());
    }
    return new Asked(offers, answered);
  }

  private static Offer offer(Row row) {
    return new Offer(
        row.getString("variant_id"),
        row.getString("seller_id"),
        row.getString("name"),
        row.getLong("unit_price"),
        row.getString("currency"),
        row.getInteger("available"));
  }
}
