package io.ordersystem.inventory.reservation;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.CommitStock;
import io.ordersystem.contracts.inventory.ReleaseStock;
import io.ordersystem.contracts.inventory.ReservationChanged.Shortage;
import io.ordersystem.contracts.inventory.ReserveStock;
import io.ordersystem.contracts.inventory.ReturnStock;
import io.ordersystem.inventory.reservation.Reservation.Line;
import io.ordersystem.inventory.reservation.Reservation.Status;
import io.ordersystem.inventory.stock.Movement;
import io.ordersystem.inventory.stock.Stock;
import io.ordersystem.inventory.stock.StockKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides a batch of commands in the order of their arrival, on rows that the caller has locked.
 * Plain arithmetic: no database here. A command that comes up short leaves nothing behind and does
 * not disturb its neighbours.
 */
final class ReservationBatch {
  private final Map<String, Reservation> reservations;
  private final Map<StockKey, Stock> before;
  private final Map<StockKey, Stock> stock;
  private final Map<String, Changed> changed = new LinkedHashMap<>();
  private final List<Moved> moved = new ArrayList<>();

  ReservationBatch(Map<String, Reservation> reservations, Map<StockKey, Stock> stock) {
    this.reservations = new TreeMap<>(reservations);
    this.before = Map.copyOf(stock);
    this.stock = new TreeMap<>(stock);
  }

  /** Goods that left the warehouse by a commit ({@code SHIPMENT}) or came back ({@code RETURN}). */
  record Moved(StockKey key, Movement.Type type, int quantity, String reference) {}

  /** A reservation's next version, and what the command made of it. */
  record Changed(Reservation reservation, EventType event, @Nullable String reference) {}

  /**
   * Holds all lines or none; equal offers within the command are added up before they are judged.
   */
  void reserve(ReserveStock command) {
    Reservation reservation = reservation(command.reservationKey());
    if (reservation.status() != Status.NEW) {
      return;
    }
    var demand = new TreeMap<StockKey, Integer>();
    for (ReserveStock.Line line : command.lines()) {
      demand.merge(
          new StockKey(line.variantId(), line.sellerId()), line.quantity(), Math::addExact);
    }
    List<Shortage> shortages = shortages(demand);
    if (!shortages.isEmpty()) {
      become(
          reservation.become(Status.REJECTED, List.of(), shortages),
          EventType.STOCK_REJECTED,
          null);
      return;
    }
    demand.forEach((key, quantity) -> stock.computeIfPresent(key, (k, s) -> s.hold(quantity)));
    become(
        reservation.become(
            Status.ACTIVE,
            command.lines().stream().map(ReservationBatch::held).toList(),
            List.of()),
        EventType.STOCK_RESERVED,
        null);
  }

  /**
   * Gives back what is still held, or the named quantities of it. A key that was never held is
   * remembered as released.
   *
   * @throws IllegalArgumentException for a line that does not hold that much
   */
  void release(ReleaseStock command) {
    if (command.lines() == null) {
      releaseAll(reservation(command.reservationKey()));
    } else {
      releasePart(
          reservation(command.reservationKey()),
          Objects.requireNonNull(command.reference(), "a release of a part needs a reference"),
          command.lines());
    }
  }

  private void releasePart(
      Reservation reservation, String reference, List<ReleaseStock.Line> released) {
    if (reservation.references().contains(reference)) {
      return;
    }
    var lines = byKey(reservation);
    for (ReleaseStock.Line less : released) {
      Line line = line(lines, less.lineKey());
      lines.put(line.key(), line.release(less.quantity()));
      stock.computeIfPresent(line.stock(), (key, s) -> s.release(less.quantity()));
    }
    becomePart(reservation, lines, EventType.RESERVATION_RELEASED, reference);
  }

  private void releaseAll(Reservation reservation) {
    if (reservation.status() != Status.NEW && reservation.status() != Status.ACTIVE) {
      return;
    }
    var lines = new ArrayList<Line>();
    for (Line line : reservation.lines()) {
      int remaining = line.remaining();
      if (remaining > 0) {
        stock.computeIfPresent(line.stock(), (key, s) -> s.release(remaining));
      }
      lines.add(line.status() == Status.ACTIVE ? line.ended(Status.RELEASED) : line);
    }
    become(
        reservation.become(Status.RELEASED, lines, List.of()),
        EventType.RESERVATION_RELEASED,
        null);
  }

  /**
   * Lets held goods leave the warehouse.
   *
   * @throws IllegalArgumentException for a line that does not hold that much
   */
  void commit(CommitStock command) {
    Reservation reservation = reservation(command.reservationKey());
    if (reservation.references().contains(command.reference())) {
      return;
    }
    var lines = byKey(reservation);
    for (CommitStock.Line leaving : command.lines()) {
      Line line = line(lines, leaving.lineKey());
      lines.put(line.key(), line.commit(leaving.quantity()));
      stock.computeIfPresent(line.stock(), (key, s) -> s.ship(leaving.quantity()));
      moved.add(
          new Moved(
              line.stock(), Movement.Type.SHIPMENT, -leaving.quantity(), command.reference()));
    }
    becomePart(reservation, lines, EventType.RESERVATION_COMMITTED, command.reference());
  }

  /**
   * Takes goods that had left back into stock.
   *
   * @throws IllegalArgumentException for a line of which not that much has left
   */
  void giveBack(ReturnStock command) {
    Reservation reservation = reservation(command.reservationKey());
    if (reservation.references().contains(command.reference())) {
      return;
    }
    var lines = byKey(reservation);
    for (ReturnStock.Line back : command.lines()) {
      Line line = line(lines, back.lineKey());
      lines.put(line.key(), line.giveBack(back.quantity()));
      stock.computeIfPresent(line.stock(), (key, s) -> s.move(back.quantity()));
      moved.add(
          new Moved(line.stock(), Movement.Type.RETURN, back.quantity(), command.reference()));
    }
    becomePart(reservation, lines, EventType.RESERVATION_RETURNED, command.reference());
  }

  private static Map<String, Line> byKey(Reservation reservation) {
    var lines = new LinkedHashMap<String, Line>();
    reservation.lines().forEach(line -> lines.put(line.key(), line));
    return lines;
  }

  private static Line line(Map<String, Line> lines, String key) {
    Line line = lines.get(key);
    if (line == null) {
      throw new IllegalArgumentException("nothing is held under " + key);
    }
    return line;
  }

  /** A part of the reservation moved on; it is over when nothing of it is held any more. */
  private void becomePart(
      Reservation reservation, Map<String, Line> lines, EventType event, String reference) {
    boolean held = lines.values().stream().anyMatch(line -> line.remaining() > 0);
    boolean left = lines.values().stream().anyMatch(line -> line.committedQuantity() > 0);
    Status over = left ? Status.COMMITTED : Status.RELEASED;
    become(
        reservation
            .become(held ? Status.ACTIVE : over, List.copyOf(lines.values()), List.of())
            .remembering(reference),
        event,
        reference);
  }

  /** What the commands changed, in their order. */
  Collection<Changed> changed() {
    return changed.values();
  }

  /** The rows that hold other quantities than before, with their next version. */
  List<Stock> changedStock() {
    return stock.values().stream()
        .filter(now -> !now.equals(before.get(now.key())))
        .map(now -> now.withVersion(now.version() + 1))
        .toList();
  }

  List<Moved> moved() {
    return moved;
  }

  private List<Shortage> shortages(Map<StockKey, Integer> demand) {
    var shortages = new ArrayList<Shortage>();
    demand.forEach((key, quantity) -> {
      Stock row = stock.get(key);
      if (row == null || !row.canHold(quantity)) {
        int available = row == null || row.deleted() ? 0 : row.available();
        shortages.add(new Shortage(key.variantId(), key.sellerId(), quantity, available));
      }
    });
    return shortages;
  }

  private Reservation reservation(String key) {
    return Objects.requireNonNull(reservations.get(key), () -> "not loaded: " + key);
  }

  private void become(Reservation next, EventType event, @Nullable String reference) {
    reservations.put(next.key(), next);
    changed.put(next.key(), new Changed(next, event, reference));
  }

  private static Line held(ReserveStock.Line line) {
    return new Line(
        line.lineKey(),
        new StockKey(line.variantId(), line.sellerId()),
        line.quantity(),
        0,
        0,
        Status.ACTIVE);
  }
}
