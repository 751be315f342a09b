package io.ordersystem.inventory.reservation;

import io.ordersystem.inventory.reservation.Reservation.Line;
import io.ordersystem.inventory.reservation.Reservation.Status;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/** Reservations and their lines, claimed in key order and written as sets. */
@Singleton
class ReservationTable {
  private final Clock clock;

  ReservationTable(Clock clock) {
    this.clock = clock;
  }

  /**
   * Locks the reservations, making rows for unknown keys, so that a key is decided by one batch.
   */
  Uni<Map<String, Reservation>> claim(Tx tx, SortedSet<String> keys) {
    String[] array = keys.toArray(String[]::new);
    return tx.query(
            """
            INSERT INTO reservations (key, status, version, created_at, updated_at)
            SELECT key, 'NEW', 0, $2, $2 FROM unnest($1::text[]) AS key ORDER BY key
            ON CONFLICT DO NOTHING
            """,
            array,
            now())
        .chain(() ->
            tx.query(
                """
                SELECT key, status, version, command_references FROM reservations
                WHERE key = ANY ($1::text[]) ORDER BY key FOR UPDATE
                """,
                (Object) array))
        .chain(rows ->
            tx.query(
                    """
                    SELECT reservation_key, group_key, variant_id, seller_id, quantity, committed_quantity, returned_quantity, status
                    FROM inventory_reservations WHERE group_key = ANY ($1::text[]) ORDER BY reservation_key
                    """,
                    (Object) array)
                .map(lines -> reservations(rows, lines)));
  }

  /** Writes what changed: the head rows, new lines and changed ones. */
  Uni<Void> save(Tx tx, Collection<Reservation> changed) {
    if (changed.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            """
            UPDATE reservations r SET status = c.status, version = c.version, updated_at = $4,
              command_references = string_to_array(c.command_references, ' ')
            FROM unnest($1::text[], $2::text[], $3::bigint[], $5::text[]) AS c(key, status, version, command_references)
            WHERE r.key = c.key
            """,
            changed.stream().map(Reservation::key).toArray(String[]::new),
            changed.stream().map(reservation -> reservation.status().name()).toArray(String[]::new),
            changed.stream().map(Reservation::version).toArray(Long[]::new),
            now(),
            // An array of arrays must be a rectangle, so each list travels as one text.
            changed.stream()
                .map(reservation -> String.join(" ", reservation.references()))
                .toArray(String[]::new))
        .chain(() -> saveLines(tx, changed));
  }

  private Uni<Void> saveLines(Tx tx, Collection<Reservation> changed) {
    var groups = new ArrayList<String>();
    var lines = new ArrayList<Line>();
    for (Reservation reservation : changed) {
      for (Line line : reservation.lines()) {
        groups.add(reservation.key());
        lines.add(line);
      }
    }
    if (lines.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            """
            INSERT INTO inventory_reservations
              (reservation_key, group_key, variant_id, seller_id, quantity, committed_quantity, status, returned_quantity, created_at)
            SELECT l.*, $9
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::text[], $8::int[]) AS l
            ON CONFLICT (reservation_key) DO UPDATE
              SET quantity = excluded.quantity, committed_quantity = excluded.committed_quantity, status = excluded.status,
                  returned_quantity = excluded.returned_quantity
            """,
            lines.stream().map(Line::key).toArray(String[]::new),
            groups.toArray(String[]::new),
            lines.stream().map(line -> line.stock().variantId()).toArray(String[]::new),
            lines.stream().map(line -> line.stock().sellerId()).toArray(String[]::new),
            lines.stream().map(Line::quantity).toArray(Integer[]::new),
            lines.stream().map(Line::committedQuantity).toArray(Integer[]::new),
            lines.stream().map(line -> line.status().name()).toArray(String[]::new),
            lines.stream().map(Line::returnedQuantity).toArray(Integer[]::new),
            now())
        .replaceWithVoid();
  }

  private static Map<String, Reservation> reservations(Iterable<Row> heads, Iterable<Row> lines) {
    var byGroup = new HashMap<String, List<Line>>();
    for (Row row : lines) {
      byGroup
          .computeIfAbsent(row.getString("group_key"), key -> new ArrayList<>())
          .add(
              new Line(
                  row.getString("reservation_key"),
                  new StockKey(row.getString("variant_id"), row.getString("seller_id")),
                  row.getInteger("quantity"),
                  row.getInteger("committed_quantity"),
                  row.getInteger("returned_quantity"),
                  Status.valueOf(row.getString("status"))));
    }
    var found = new TreeMap<String, Reservation>();
    for (Row row : heads) {
      String key = row.getString("key");
      found.put(
          key,
          new Reservation(
              key,
              Status.valueOf(row.getString("status")),
              row.getLong("version"),
              byGroup.getOrDefault(key, List.of()),
              List.of(),
              Set.of(row.getArrayOfStrings("command_references"))));
    }
    return found;
  }

  private OffsetDateTime now() {
    return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
  }
}
