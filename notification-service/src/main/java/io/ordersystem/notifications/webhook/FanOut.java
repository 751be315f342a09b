package io.ordersystem.notifications.webhook;

import io.ordersystem.contracts.inventory.StockLevelChanged;
import io.ordersystem.contracts.order.OrderChanged;
import io.ordersystem.notifications.message.EventEffect;
import io.ordersystem.platform.events.EventFormat;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.sql.Statements;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes one delivery of each event for each endpoint that wants it and may see it. */
@ApplicationScoped
class FanOut implements EventEffect {
  /** A seller's endpoint gets what is about its own child orders and offers, operators' all. */
  private static final String WANTED =
      """
      SELECT v.id AS event_id, e.id AS endpoint_id
      FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS v(id, type, seller_id, place)
      JOIN webhook_endpoints e
        ON e.status = 'ENABLED' AND (e.seller_id IS NULL OR e.seller_id = v.seller_id) AND v.type = ANY (e.event_types)
      ORDER BY v.place, e.id
      """;

  private final Pool pool;
  private final EventFormat format;
  private final Postings postings;

  FanOut(Pool pool, EventFormat format, Postings postings) {
    this.pool = pool;
    this.format = format;
    this.postings = postings;
  }

  @Override
  public Uni<Set<UUID>> concerned(List<Received> events) {
    return wanted(
            (sql, parameters) -> pool.preparedQuery(sql).execute(Tuple.from(parameters)), events)
        .map(wanted -> {
          var ids = new HashSet<UUID>();
          wanted.forEach(row -> ids.add(row.getUUID("event_id")));
          return ids;
        });
  }

  @Override
  public Uni<Void> take(Tx tx, List<Received> events) {
    return wanted(tx, events)
        .chain(wanted ->
            wanted.size() == 0
                ? Uni.createFrom().voidItem()
                : postings.add(tx, postings(events, wanted)));
  }

  private static Uni<RowSet<Row>> wanted(Statements database, List<Received> events) {
    return database.query(
        WANTED,
        events.stream().map(Received::id).toArray(UUID[]::new),
        events.stream().map(event -> event.type().ceType()).toArray(String[]::new),
        events.stream().map(FanOut::seller).toArray(String[]::new));
  }

  /** Whose the subject of the event is; null where it is nobody's alone, as a payment. */
  private static @Nullable String seller(Received event) {
    return switch (event.data()) {
      case OrderChanged order -> order.sellerId();
      case StockLevelChanged offer -> offer.sellerId();
      default -> null;
    };
  }

  private List<Posting> postings(List<Received> events, Iterable<Row> wanted) {
    Map<UUID, Received> byId = new HashMap<>();
    events.forEach(event -> byId.put(event.id(), event));
    Map<UUID, String> bodies = new HashMap<>();
    var postings = new ArrayList<Posting>();
    for (Row row : wanted) {
      Received event = Objects.requireNonNull(byId.get(row.getUUID("event_id")));
      postings.add(
          new Posting(
              event.id(),
              event.type().ceType(),
              bodies.computeIfAbsent(event.id(), id -> format.canonical(Body.of(event))),
              row.getUUID("endpoint_id"),
              event.key()));
    }
    return postings;
  }
}
