package io.ordersystem.inventory.reservation;

import io.ordersystem.inventory.reservation.Asked.Door;
import io.ordersystem.inventory.reservation.Reservation.Status;
import io.ordersystem.inventory.reservation.ReservationCommand.Reserve;
import io.ordersystem.inventory.stock.InsufficientStock;
import io.ordersystem.inventory.stock.Movement;
import io.ordersystem.inventory.stock.Stock;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.inventory.stock.StockTable;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.OutgoingEvent;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.outbox.Outbox;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.web.EntityTags;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides many commands in one transaction: their reservations are locked first, then the stock
 * rows, both in key order; the arithmetic happens in memory; everything is written as sets. So a
 * hot row is locked once per batch and not once per request.
 */
@ApplicationScoped
class DecideReservations {
  private final ReservationTable reservations;
  private final StockTable stock;
  private final Outbox outbox;
  private final Ids ids;
  private final Clock clock;
  private final ReservationConfig config;
  private final ReservationMetrics metrics;

  DecideReservations(
      ReservationTable reservations,
      StockTable stock,
      Outbox outbox,
      Ids ids,
      Clock clock,
      ReservationConfig config,
      ReservationMetrics metrics) {
    this.reservations = reservations;
    this.stock = stock;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
    this.config = config;
    this.metrics = metrics;
  }

  /** What became of a command: the reservation as it is now, or why not. */
  record Decision(@Nullable Reservation reservation, @Nullable DomainException refusal) {
    /** Whether there was not enough. */
    boolean isShort() {
      return refusal instanceof InsufficientStock
          || (reservation != null && reservation.status() == Status.REJECTED);
    }
  }

  /**
   * Decides the commands in their order; a refused one changes nothing.
   *
   * @param asked no two of the same reservation
   * @return one decision for each
   * @throws KeyTaken when the batch must run again
   * @throws ComesUpShort when goods are held beyond their time that could make the difference
   */
  Uni<List<Decision>> decide(Tx tx, List<Asked> asked) {
    if (asked.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    Instant now = now();
    var keys = new TreeSet<String>();
    var offers = new TreeSet<StockKey>();
    for (Asked one : asked) {
      keys.add(one.command().key());
      if (one.command() instanceof Reserve reserve) {
        offers.addAll(reserve.stock());
      }
    }
    return reservations
        .lock(tx, keys)
        .chain(locked ->
            lockStock(tx, locked, offers)
                .chain(rows -> decide(tx, asked, batch(locked, rows, now), now)));
  }

  /** Ends some of the reservations whose time is up; answers how many. */
  Uni<Integer> expireDue(Tx tx) {
    Instant now = now();
    return reservations
        .lockDue(tx, now, config.expiryBatchSize())
        .chain(due -> expire(tx, due, now));
  }

  /** The same of those that hold one of these offers. */
  Uni<Integer> expireDueOn(Tx tx, Collection<StockKey> offers) {
    Instant now = now();
    return reservations
        .lockDueOn(tx, offers, now, config.expiryBatchSize())
        .chain(due -> expire(tx, due, now));
  }

  private Uni<Integer> expire(Tx tx, Map<String, Reservation> due, Instant now) {
    return lockStock(tx, due, new TreeSet<>())
        .chain(rows -> write(tx, List.of(), batch(due, rows, now), now))
        .replaceWith(due.size());
  }

  /** As the database keeps it, so that a repeat reads the same time as the first answer said. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private Uni<SortedMap<StockKey, Stock>> lockStock(
      Tx tx, Map<String, Reservation> locked, TreeSet<StockKey> offers) {
    locked.values().stream()
        .flatMap(reservation -> reservation.lines().stream())
        .forEach(line -> offers.add(line.stock()));
    long since = System.nanoTime();
    return stock.lock(tx, offers).invoke(() -> metrics.waited(System.nanoTime() - since));
  }

  private ReservationBatch batch(
      Map<String, Reservation> locked, Map<StockKey, Stock> rows, Instant now) {
    return new ReservationBatch(locked, rows, now, config.longestLife());
  }

  private Uni<List<Decision>> decide(
      Tx tx, List<Asked> asked, ReservationBatch batch, Instant now) {
    var decisions = asked.stream().map(one -> decide(batch, one)).toList();
    var sought = new TreeSet<StockKey>();
    for (int i = 0; i < asked.size(); i++) {
      if (decisions.get(i).isShort() && asked.get(i).command() instanceof Reserve reserve) {
        sought.addAll(reserve.stock());
      }
    }
    return requireNoneDue(tx, sought, now)
        .chain(() -> write(tx, asked, batch, now))
        .replaceWith(decisions);
  }

  private Uni<Void> requireNoneDue(Tx tx, Collection<StockKey> sought, Instant now) {
    if (sought.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return reservations
        .isAnyDueOn(tx, sought, now)
        .invoke(due -> {
          if (due) {
            throw new ComesUpShort(sought);
          }
        })
        .replaceWithVoid();
  }

  private static Decision decide(ReservationBatch batch, Asked asked) {
    try {
      requireOwn(batch.reservation(asked.command().key()), asked);
      return new Decision(batch.decide(asked.command()), null);
    } catch (DomainException refusal) {
      return new Decision(null, refusal);
    }
  }

  /** Orders end their reservations, callers of the REST door theirs. */
  private static void requireOwn(Reservation reservation, Asked asked) {
    if (asked.command() instanceof Reserve) {
      return; // Judged with what it wants, since it may be a repeat.
    }
    boolean isNew = reservation.status() == Status.NEW;
    if (asked.door() == Door.REST) {
      if (isNew) {
        throw Refusals.notFound(reservation.key());
      }
      if (reservation.isOfAnOrder()) {
        throw Refusals.illegal(reservation.key() + " belongs to an order, which alone may end it");
      }
      EntityTags.require(asked.ifMatch(), reservation.version());
    } else if (!isNew && !reservation.isOfAnOrder()) {
      throw Refusals.illegal(reservation.key() + " does not belong to an order");
    }
  }

  private Uni<Void> write(Tx tx, List<Asked> asked, ReservationBatch batch, Instant now) {
    var byKey = new HashMap<String, Asked>();
    asked.forEach(one -> byKey.put(one.command().key(), one));
    Cause first = asked.isEmpty() ? Cause.NONE : asked.getFirst().cause();
    var changes = batch.changedStock();
    var events = events(batch, byKey);
    events.addAll(StockTable.events(changes, key -> first));
    return Tx.pipelined(
            List.of(
                reservations.save(tx, batch.changed(), now),
                stock.write(tx, changes, movements(batch, byKey)),
                outbox.append(tx, events)))
        .invoke(() -> tx.afterCommit(() -> metrics.changed(batch.changed())));
  }

  private List<Movement> movements(ReservationBatch batch, Map<String, Asked> asked) {
    return batch.moved().stream()
        .map(moved ->
            new Movement(
                ids.next(),
                moved.key(),
                moved.type(),
                moved.quantity(),
                moved.type() == Movement.Type.SHIPMENT ? "taken" : "given back",
                moved.reference(),
                actor(asked.get(moved.owner()))))
        .toList();
  }

  private static String actor(@Nullable Asked asked) {
    return asked == null ? "inventory-service" : asked.actor();
  }

  private static List<OutgoingEvent> events(ReservationBatch batch, Map<String, Asked> asked) {
    var events = new ArrayList<OutgoingEvent>();
    for (ReservationBatch.Changed changed : batch.changed()) {
      Reservation reservation = changed.reservation();
      Asked cause = asked.get(reservation.key());
      events.add(
          new OutgoingEvent(
              changed.event(),
              reservation.key(),
              reservation.key(),
              reservation.version(),
              reservation.event(changed.reference()),
              cause == null ? Cause.NONE : cause.cause()));
    }
    return events;
  }
}
