package io.ordersystem.inventory.availability;

import io.ordersystem.inventory.availability.AvailabilityResource.AnsweredItem;
import io.ordersystem.inventory.availability.AvailabilityResource.Item;
import io.ordersystem.inventory.stock.StockHints;
import io.ordersystem.inventory.stock.StockHints.Hint;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.platform.sql.Consistency;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The seed's inventory check: all items of an order in one query, in their order. Of items that
 * name their seller the hints answer first, and what they did not know is told to them.
 */
@ApplicationScoped
class Availability {
  private static final String CHECK =
      """
      SELECT a.n, coalesce(max(i.on_hand - i.reserved), 0) AS available, max(i.version) AS version
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS a(variant_id, seller_id, n)
      LEFT JOIN inventory i ON i.variant_id = a.variant_id AND i.deleted_at IS NULL
        AND (a.seller_id IS NULL OR i.seller_id = a.seller_id)
      GROUP BY a.n ORDER BY a.n
      """;

  private final Pool pool;
  private final StockHints hints;

  Availability(Pool pool, StockHints hints) {
    this.pool = pool;
    this.hints = hints;
  }

  /**
   * Answers each item: from hints, which may be a minute old, unless the request requires to see
   * what has been written. Stock decides; of the database only the primary is asked.
   */
  Uni<List<AnsweredItem>> check(List<Item> items) {
    Set<StockKey> offers =
        items.stream()
            .map(Availability::offer)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    if (Consistency.required() != null || offers.isEmpty()) {
      return complete(items, Map.of());
    }
    return hints.find(offers).chain(known -> complete(items, known));
  }

  private Uni<List<AnsweredItem>> complete(List<Item> items, Map<StockKey, Integer> known) {
    var open = items.stream().filter(item -> !isKnown(item, known)).toList();
    if (open.isEmpty()) {
      Consistency.readFrom("cache");
      return Uni.createFrom().item(answers(items, known, List.of()));
    }
    Consistency.readFrom("primary");
    return pool.preparedQuery(CHECK)
        .execute(
            Tuple.of(
                open.stream().map(Item::variantId).toArray(String[]::new),
                open.stream().map(Item::sellerId).toArray(String[]::new)))
        .map(rows -> {
          var found = new ArrayList<Row>();
          rows.forEach(found::add);
          return found;
        })
        .invoke(found -> hints.tell(news(open, found)))
        .map(found -> answers(items, known, found));
  }

  /** Items in their order: from what is known, or from the next row. */
  private static List<AnsweredItem> answers(
      List<Item> items, Map<StockKey, Integer> known, List<Row> rows) {
    var next = rows.iterator();
    var answers = new ArrayList<AnsweredItem>();
    for (Item item : items) {
      int available =
          isKnown(item, known)
              ? known.getOrDefault(offer(item), 0)
              : next.next().getInteger("available");
      answers.add(
          new AnsweredItem(
              item.variantId(),
              item.sellerId(),
              item.quantity(),
              available,
              available >= item.quantity()));
    }
    return answers;
  }

  /** Of offers that exist: what is not there yet may come at any moment, with the first version. */
  private static List<Hint> news(List<Item> open, List<Row> rows) {
    var news = new ArrayList<Hint>();
    for (int i = 0; i < open.size(); i++) {
      StockKey offer = offer(open.get(i));
      Long version = rows.get(i).getLong("version");
      if (offer != null && version != null) {
        news.add(new Hint(offer, version, rows.get(i).getInteger("available")));
      }
    }
    return news;
  }

  private static boolean isKnown(Item item, Map<StockKey, Integer> known) {
    StockKey offer = offer(item);
    return offer != null && known.containsKey(offer);
  }

  private static @Nullable StockKey offer(Item item) {
    return item.sellerId() == null ? null : new StockKey(item.variantId(), item.sellerId());
  }
}
