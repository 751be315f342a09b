package io.ordersystem.seed;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.ReservationChanged;
import io.ordersystem.contracts.inventory.StockState;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.OutgoingEvent;
import io.ordersystem.platform.outbox.Outbox;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.sql.Transactions;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Holds one line per transaction. {@code Transactions} runs a transaction that the database refused
 * again, at most ten times.
 */
@ApplicationScoped
class SeedReservations {
  private static final ProblemType INSUFFICIENT_STOCK =
      new ProblemType(409, "insufficient-stock", "There is not that much stock");

  private final Transactions transactions;
  private final Outbox outbox;
  private final Clock clock;

  SeedReservations(Transactions transactions, Outbox outbox, Clock clock) {
    this.transactions = transactions;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** What is to be held, of one offer. */
  record Hold(String key, String variantId, String sellerId, int quantity, Instant expiresAt) {}

  Uni<Hold> hold(Hold hold) {
    return transactions.serializable(tx ->
        tx.query(
                "SELECT * FROM inventory WHERE variant_id = $1 AND seller_id = $2 AND deleted_at IS NULL FOR UPDATE",
                hold.variantId(),
                hold.sellerId())
            .map(rows -> {
              Row row = rows.iterator().hasNext() ? rows.iterator().next() : null;
              if (row == null
                  || row.getInteger("on_hand") - row.getInteger("reserved") < hold.quantity()) {
                throw new DomainException(INSUFFICIENT_STOCK, "not that much is left");
              }
              return row;
            })
            .call(row -> write(tx, hold, row))
            .replaceWith(hold));
  }

  /** Sent one behind the other: in favour of the seed, whose client waits for each. */
  private Uni<Void> write(Tx tx, Hold hold, Row row) {
    var statements = new ArrayList<>(rows(tx, hold, row, clock.instant()));
    statements.add(tell(tx, hold, row));
    return Tx.pipelined(statements);
  }

  private static List<Uni<Void>> rows(Tx tx, Hold hold, Row row, Instant moment) {
    OffsetDateTime now = OffsetDateTime.ofInstant(moment, ZoneOffset.UTC);
    OffsetDateTime end = OffsetDateTime.ofInstant(hold.expiresAt(), ZoneOffset.UTC);
    return Stream.of(
            tx.update(
                "UPDATE inventory SET reserved = $3, version = $4, updated_at = $5 WHERE variant_id = $1 AND seller_id = $2",
                hold.variantId(),
                hold.sellerId(),
                row.getInteger("reserved") + hold.quantity(),
                row.getLong("version") + 1,
                now),
            tx.update(
                """
                INSERT INTO reservations (key, status, version, created_at, updated_at, expires_at)
                VALUES ($1, 'ACTIVE', 1, $2, $2, $3)
                """,
                hold.key(),
                now,
                end),
            tx.update(
                """
                INSERT INTO inventory_reservations
                  (reservation_key, group_key, variant_id, seller_id, quantity, status, expires_at, created_at)
                VALUES ($1, $1, $2, $3, $4, 'ACTIVE', $5, $6)
                """,
                hold.key(),
                hold.variantId(),
                hold.sellerId(),
                hold.quantity(),
                end,
                now))
        .map(Uni::replaceWithVoid)
        .toList();
  }

  private Uni<Void> tell(Tx tx, Hold hold, Row row) {
    int onHand = row.getInteger("on_hand");
    int reserved = row.getInteger("reserved") + hold.quantity();
    String offer = hold.variantId() + "|" + hold.sellerId();
    return outbox.append(
        tx,
        List.of(
            new OutgoingEvent(
                EventType.STOCK_RESERVED,
                hold.key(),
                hold.key(),
                1,
                new ReservationChanged(
                    hold.key(),
                    "ACTIVE",
                    List.of(
                        new ReservationChanged.Line(
                            hold.key(),
                            hold.variantId(),
                            hold.sellerId(),
                            hold.quantity(),
                            0,
                            "ACTIVE",
                            0)),
                    List.of(),
                    null,
                    hold.expiresAt()),
                Cause.NONE),
            new OutgoingEvent(
                EventType.STOCK_CHANGED,
                offer,
                offer,
                row.getLong("version") + 1,
                new StockState(
                    hold.variantId(),
                    hold.sellerId(),
                    row.getString("sku"),
                    row.getString("name"),
                    row.getLong("unit_price"),
                    row.getString("currency"),
                    onHand,
                    reserved,
                    onHand - reserved,
                    row.getInteger("low_stock_threshold"),
                    false),
                Cause.NONE)));
  }
}
