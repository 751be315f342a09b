package io.ordersystem.inventory.reservation;

import io.ordersystem.inventory.reservation.Reservation.Line;
import io.ordersystem.inventory.reservation.Reservation.Status;
import io.ordersystem.inventory.reservation.ReservationBatch.Changed;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.platform.sql.Statements;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reservations and their lines, locked in key order and written as sets. */
@Singleton
class ReservationTable {
  private static final String HEADS =
      "SELECT key, status, version, command_references, created_at, expires_at FROM reservations ";

  private static final String LOCK = HEADS + "WHERE key = ANY ($1::text[]) ORDER BY key FOR UPDATE";

  /** The seed's clean-up; what somebody works on is left to them. */
  static final String LOCK_DUE =
      HEADS
          + """
          WHERE key = ANY (ARRAY(
            SELECT group_key FROM inventory_reservations
            WHERE status = 'ACTIVE' AND expires_at <= $1 ORDER BY expires_at, reservation_key LIMIT $2))
          ORDER BY key FOR UPDATE SKIP LOCKED
          """;

  /** Those that hold some of these offers; what somebody works on is waited for. */
  private static final String LOCK_DUE_ON =
      HEADS
          + """
          WHERE key = ANY (ARRAY(
            SELECT l.group_key FROM unnest($3::text[], $4::text[]) AS d(variant_id, seller_id)
            JOIN inventory_reservations l ON l.variant_id = d.variant_id AND l.seller_id = d.seller_id
            WHERE l.status = 'ACTIVE' AND l.expires_at <= $1 LIMIT $2))
          ORDER BY key FOR UPDATE
          """;

  static final String ANY_DUE_ON =
      """
      SELECT 1 FROM unnest($2::text[], $3::text[]) AS d(variant_id, seller_id)
      JOIN inventory_reservations l ON l.variant_id = d.variant_id AND l.seller_id = d.seller_id
      WHERE l.status = 'ACTIVE' AND l.expires_at <= $1 LIMIT 1
      """;

  private static final String INSERT =
      """
      INSERT INTO reservations (key, status, version, created_at, updated_at, expires_at)
      SELECT r.key, r.status, r.version, $4, $4, r.expires_at
      FROM unnest($1::text[], $2::text[], $3::bigint[], $5::timestamptz[]) AS r(key, status, version, expires_at)
      ORDER BY key ON CONFLICT DO NOTHING
      """;

  private static final String INSERT_LINES =
      """
      INSERT INTO inventory_reservations
        (reservation_key, group_key, variant_id, seller_id, quantity, status, expires_at, created_at)
      SELECT l.*, $8
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::timestamptz[]) AS l
      """;

  private static final String FIND = HEADS + "WHERE key = $1";

  static final String LINES =
      """
      SELECT reservation_key, group_key, variant_id, seller_id, quantity, committed_quantity, returned_quantity, status
      FROM inventory_reservations WHERE group_key = ANY ($1::text[]) ORDER BY reservation_key
      """;

  /** Locks the named reservations, as far as they exist, in the order of their keys. */
  Uni<Map<String, Reservation>> lock(Tx tx, Collection<String> keys) {
    return tx.query(LOCK, (Object) keys.toArray(String[]::new))
        .chain(heads -> withLines(tx, heads));
  }

  /** Locks some of those whose time is up, anywhere. */
  Uni<Map<String, Reservation>> lockDue(Tx tx, Instant now, int limit) {
    return tx.query(LOCK_DUE, at(now), limit).chain(heads -> withLines(tx, heads));
  }

  /** Locks some of those that hold one of these offers and whose time is up. */
  Uni<Map<String, Reservation>> lockDueOn(
      Tx tx, Collection<StockKey> offers, Instant now, int limit) {
    return tx.query(LOCK_DUE_ON, at(now), limit, variants(offers), sellers(offers))
        .chain(heads -> withLines(tx, heads));
  }

  /** Whether the time of a reservation that holds one of these offers is up. */
  Uni<Boolean> isAnyDueOn(Tx tx, Collection<StockKey> offers, Instant now) {
    return tx.query(ANY_DUE_ON, at(now), variants(offers), sellers(offers))
        .map(found -> found.size() > 0);
  }

  private static String[] variants(Collection<StockKey> offers) {
    return offers.stream().map(StockKey::variantId).toArray(String[]::new);
  }

  private static String[] sellers(Collection<StockKey> offers) {
    return offers.stream().map(StockKey::sellerId).toArray(String[]::new);
  }

  /** One reservation, for a reader; empty when the key is unknown. */
  Uni<Map<String, Reservation>> find(Statements database, String key) {
    return database.query(FIND, key).chain(heads -> withLines(database, heads));
  }

  private static Uni<Map<String, Reservation>> withLines(Statements database, RowSet<Row> heads) {
    if (heads.size() == 0) {
      return Uni.createFrom().item(Map.of());
    }
    var keys = new ArrayList<String>();
    heads.forEach(row -> keys.add(row.getString("key")));
    return database
        .query(LINES, (Object) keys.toArray(String[]::new))
        .map(lines -> reservations(heads, lines));
  }

  /**
   * Writes what changed.
   *
   * @throws KeyTaken when another transaction has made one of the new ones meanwhile
   */
  Uni<Void> save(Tx tx, Collection<Changed> changed, Instant now) {
    var made = new ArrayList<Reservation>();
    var known = new ArrayList<Reservation>();
    changed.forEach(change -> (change.isNew() ? made : known).add(change.reservation()));
    return Tx.pipelined(
        List.of(
            insert(tx, made, now),
            insertLines(tx, Held.of(made), now),
            update(tx, known, now),
            updateLines(tx, Held.of(known))));
  }

  private static Uni<Void> insert(Tx tx, List<Reservation> made, Instant now) {
    if (made.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.update(
            INSERT,
            column(made, Reservation::key, String[]::new),
            column(made, reservation -> reservation.status().name(), String[]::new),
            column(made, Reservation::version, Long[]::new),
            at(now),
            column(made, reservation -> at(reservation.expiresAt()), OffsetDateTime[]::new))
        .invoke(inserted -> {
          if (inserted < made.size()) {
            throw new KeyTaken();
          }
        })
        .replaceWithVoid();
  }

  private static Uni<Void> insertLines(Tx tx, List<Held> lines, Instant now) {
    if (lines.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            INSERT_LINES,
            column(lines, held -> held.line().key(), String[]::new),
            column(lines, held -> held.owner().key(), String[]::new),
            column(lines, held -> held.line().stock().variantId(), String[]::new),
            column(lines, held -> held.line().stock().sellerId(), String[]::new),
            column(lines, held -> held.line().quantity(), Integer[]::new),
            column(lines, held -> held.line().status().name(), String[]::new),
            column(lines, held -> at(held.owner().expiresAt()), OffsetDateTime[]::new),
            at(now))
        .replaceWithVoid();
  }

  private static Uni<Void> update(Tx tx, List<Reservation> known, Instant now) {
    if (known.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            """
            UPDATE reservations r SET status = c.status, version = c.version, updated_at = $4,
              command_references = string_to_array(c.command_references, ' '), expires_at = c.expires_at
            FROM unnest($1::text[], $2::text[], $3::bigint[], $5::text[], $6::timestamptz[])
              AS c(key, status, version, command_references, expires_at)
            WHERE r.key = c.key
            """,
            column(known, Reservation::key, String[]::new),
            column(known, reservation -> reservation.status().name(), String[]::new),
            column(known, Reservation::version, Long[]::new),
            at(now),
            // An array of arrays must be a rectangle, so each list travels as one text.
            column(known, reservation -> String.join(" ", reservation.references()), String[]::new),
            column(known, reservation -> at(reservation.expiresAt()), OffsetDateTime[]::new))
        .replaceWithVoid();
  }

  private static Uni<Void> updateLines(Tx tx, List<Held> lines) {
    if (lines.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.query(
            """
            UPDATE inventory_reservations l SET quantity = c.quantity, committed_quantity = c.committed_quantity,
              returned_quantity = c.returned_quantity, status = c.status, expires_at = c.expires_at
            FROM unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::text[], $6::timestamptz[])
              AS c(reservation_key, quantity, committed_quantity, returned_quantity, status, expires_at)
            WHERE l.reservation_key = c.reservation_key
            """,
            column(lines, held -> held.line().key(), String[]::new),
            column(lines, held -> held.line().quantity(), Integer[]::new),
            column(lines, held -> held.line().committedQuantity(), Integer[]::new),
            column(lines, held -> held.line().returnedQuantity(), Integer[]::new),
            column(lines, held -> held.line().status().name(), String[]::new),
            column(lines, held -> at(held.owner().expiresAt()), OffsetDateTime[]::new))
        .replaceWithVoid();
  }

  /** A line and whose it is. */
  private record Held(Reservation owner, Line line) {
    static List<Held> of(List<Reservation> owners) {
      return owners.stream()
          .flatMap(owner -> owner.lines().stream().map(line -> new Held(owner, line)))
          .toList();
    }
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
    var found = new HashMap<String, Reservation>();
    for (Row row : heads) {
      String key = row.getString("key");
      OffsetDateTime end = row.getOffsetDateTime("expires_at");
      found.put(
          key,
          new Reservation(
              key,
              Status.valueOf(row.getString("status")),
              row.getLong("version"),
              byGroup.getOrDefault(key, List.of()),
              List.of(),
              Set.of(row.getArrayOfStrings("command_references")),
              row.getOffsetDateTime("created_at").toInstant(),
              end == null ? null : end.toInstant()));
    }
    return found;
  }

  private static <T, C> @Nullable C[] column(
      List<T> rows,
      Function<T, @Nullable C> value,
      java.util.function.IntFunction<@Nullable C[]> array) {
    return rows.stream().map(value).toArray(array);
  }

  private static @Nullable OffsetDateTime at(@Nullable Instant moment) {
    return moment == null ? null : OffsetDateTime.ofInstant(moment, ZoneOffset.UTC);
  }
}
