package io.ordersystem.inventory.stock;

import io.ordersystem.contracts.EventType;
import io.ordersystem.inventory.stock.Stock.Change;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.OutgoingEvent;
import io.ordersystem.platform.outbox.Outbox;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The stock rows and their movements: locked in key order, written as sets. */
@Singleton
public class StockTable {
  /** The columns that {@link #stock(Row)} reads. */
  public static final String COLUMNS =
      "variant_id, seller_id, sku, name, unit_price, currency, on_hand, reserved, low_stock_threshold, deleted_at, version, level_version, coalesce(moved_at, updated_at) AS moved_at";

  private static final String LOCK =
      "SELECT "
          + COLUMNS
          + """
           FROM inventory
          WHERE (variant_id, seller_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
          ORDER BY variant_id COLLATE "C", seller_id COLLATE "C" FOR UPDATE
          """;

  private static final String UPDATE =
      """
      UPDATE inventory i SET on_hand = c.on_hand, reserved = c.reserved, version = c.version,
        level_version = c.level_version, updated_at = $8, moved_at = CASE WHEN c.moved THEN $8 ELSE i.moved_at END
      FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::bigint[], $6::bigint[], $7::boolean[])
        AS c(variant_id, seller_id, on_hand, reserved, version, level_version, moved)
      WHERE i.variant_id = c.variant_id AND i.seller_id = c.seller_id
      """;

  private final Outbox outbox;
  private final StockHints hints;
  private final Clock clock;

  StockTable(Outbox outbox, StockHints hints, Clock clock) {
    this.outbox = outbox;
    this.hints = hints;
    this.clock = clock;
  }

  /**
   * Locks the rows in key order, so that no two batches wait for each other. Absent ones are left
   * out.
   */
  public Uni<SortedMap<StockKey, Stock>> lock(Tx tx, SortedSet<StockKey> keys) {
    if (keys.isEmpty()) {
      return Uni.createFrom().item(new TreeMap<>());
    }
    return tx.query(LOCK, texts(keys, StockKey::variantId), texts(keys, StockKey::sellerId))
        .map(rows -> {
          var found = new TreeMap<StockKey, Stock>();
          rows.forEach(row -> found.put(stock(row).key(), stock(row)));
          return found;
        });
  }

  /** Writes rows that are locked by this transaction and their movements, and tells of them. */
  public Uni<Void> save(
      Tx tx, List<Change> changes, List<Movement> movements, Function<StockKey, Cause> cause) {
    return write(tx, changes, movements).chain(() -> tell(tx, changes, cause));
  }

  /** Writes rows that are locked by this transaction, and their movements; tells nobody. */
  public Uni<Void> write(Tx tx, List<Change> changes, List<Movement> movements) {
    if (changes.isEmpty()) {
      return record(tx, movements);
    }
    hint(tx, changes.stream().map(Change::after).toList());
    return Tx.pipelined(List.of(update(tx, changes), record(tx, movements)));
  }

  private Uni<Void> update(Tx tx, List<Change> changes) {
    return tx.query(
            UPDATE,
            texts(changes, change -> change.after().key().variantId()),
            texts(changes, change -> change.after().key().sellerId()),
            changes.stream().map(change -> change.after().onHand()).toArray(Integer[]::new),
            changes.stream().map(change -> change.after().reserved()).toArray(Integer[]::new),
            changes.stream().map(change -> change.after().version()).toArray(Long[]::new),
            changes.stream().map(change -> change.after().levelVersion()).toArray(Long[]::new),
            changes.stream().map(Change::isMoved).toArray(Boolean[]::new),
            now())
        .replaceWithVoid();
  }

  /**
   * Stores movements without touching the rows: for an offer that is inserted with its first stock.
   */
  public Uni<Void> record(Tx tx, List<Movement> movements) {
    if (movements.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            """
            INSERT INTO stock_movements (id, variant_id, seller_id, type, quantity, reason, reference, actor, created_at)
            SELECT m.*, $9 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[]) AS m
            """,
            movements.stream().map(Movement::id).toArray(UUID[]::new),
            texts(movements, movement -> movement.key().variantId()),
            texts(movements, movement -> movement.key().sellerId()),
            texts(movements, movement -> movement.type().name()),
            movements.stream().map(Movement::quantity).toArray(Integer[]::new),
            texts(movements, Movement::reason),
            texts(movements, Movement::reference),
            texts(movements, Movement::actor),
            now())
        .replaceWithVoid();
  }

  /** Publishes the rows' new states, and the levels that they reached. */
  public Uni<Void> tell(Tx tx, List<Change> changes, Function<StockKey, Cause> cause) {
    hint(tx, changes.stream().map(Change::after).toList());
    return outbox.append(tx, events(changes, cause));
  }

  /** Publishes rows as they are, for offers that are new, withdrawn or asked for again. */
  public Uni<Void> announce(Tx tx, Collection<Stock> rows, Cause cause) {
    hint(tx, rows);
    return outbox.append(tx, rows.stream().map(stock -> state(stock, cause)).toList());
  }

  private void hint(Tx tx, Collection<Stock> rows) {
    tx.afterCommit(() -> hints.tell(rows.stream().map(StockHints.Hint::of).toList()));
  }

  /** What {@link #tell} publishes. */
  public static List<OutgoingEvent> events(
      Collection<Change> changes, Function<StockKey, Cause> cause) {
    var events = new ArrayList<OutgoingEvent>();
    for (Change change : changes) {
      Stock after = change.after();
      events.add(state(after, cause.apply(after.key())));
      change
          .levelEvent()
          .ifPresent(type ->
              events.add(
                  new OutgoingEvent(
                      type,
                      after.key().messageKey(),
                      after.key().messageKey(),
                      after.levelVersion(),
                      change.level(),
                      cause.apply(after.key()))));
    }
    return events;
  }

  private static OutgoingEvent state(Stock stock, Cause cause) {
    return new OutgoingEvent(
        EventType.STOCK_CHANGED,
        stock.key().messageKey(),
        stock.key().messageKey(),
        stock.version(),
        stock.state(),
        cause);
  }

  /** A row with {@link #COLUMNS}. */
  public static Stock stock(Row row) {
    return new Stock(
        new StockKey(row.getString("variant_id"), row.getString("seller_id")),
        row.getString("sku"),
        row.getString("name"),
        row.getLong("unit_price"),
        row.getString("currency"),
        row.getInteger("on_hand"),
        row.getInteger("reserved"),
        row.getInteger("low_stock_threshold"),
        row.getValue("deleted_at") != null,
        row.getLong("version"),
        row.getLong("level_version"),
        row.getOffsetDateTime("moved_at").toInstant());
  }

  private OffsetDateTime now() {
    return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  private static <T> @Nullable String[] texts(
      Collection<T> rows, Function<T, @Nullable String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }
}
