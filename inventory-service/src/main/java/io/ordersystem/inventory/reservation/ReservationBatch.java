package io.ordersystem.inventory.reservation;

import io.ordersystem.contracts.inventory.CommitStock;
import io.ordersystem.contracts.inventory.ReleaseStock;
import io.ordersystem.contracts.inventory.ReservationChanged.Shortage;
import io.ordersystem.contracts.inventory.ReserveStock;
import io.ordersystem.inventory.reservation.Reservation.Line;
import io.ordersystem.inventory.reservation.Reservation.Status;
import io.ordersystem.inventory.stock.Stock;
import io.ordersystem.inventory.stock.StockKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Decides a batch of commands in the order of their arrival, on rows that the caller has locked.
 * Plain arithmetic: no database here. A command that comes up short leaves nothing behind and does
 * not disturb its neighbours.
 */
final class ReservationBatch {
  private final Map<String, Reservation> reservations;
  private final Map<StockKey, Stock> before;
  private final Map<StockKey, Stock> stock;
  private final Map<String, Reservation> changed = new LinkedHashMap<>();
  private final List<Shipped> shipped = new ArrayList<>();

  ReservationBatch(Map<String, Reservation> reservations, Map<StockKey, Stock> stock) {
    this.reservations = new TreeMap<>(reservations);
    this.before = Map.copyOf(stock);
    this.stock = new TreeMap<>(stock);
  }

  /** Goods that left the warehouse by a commit. */
  record Shipped(StockKey key, int quantity, String reference) {}

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
      become(reservation.become(Status.REJECTED, List.of(), shortages));
      return;
    }
    demand.forEach((key, quantity) -> stock.computeIfPresent(key, (k, s) -> s.hold(quantity)));
    become(
        reservation.become(
            Status.ACTIVE,
            command.lines().stream().map(ReservationBatch::held).toList(),
            List.of()));
  }

  /** Gives back what is still held. A key that was never held is remembered as released. */
  void release(ReleaseStock command) {
    Reservation reservation = reservation(command.reservationKey());
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
    become(reservation.become(Status.RELEASED, lines, List.of()));
  }

  /**
   * Lets held goods leave the warehouse.
   *
   * @throws IllegalArgumentException for a line that does not hold that much
   */
  void commit(CommitStock command) {
    Reservation reservation = reservation(command.reservationKey());
    var lines = new LinkedHashMap<String, Line>();
    reservation.lines().forEach(line -> lines.put(line.key(), line));
    for (CommitStock.Line leaving : command.lines()) {
      Line line = lines.get(leaving.lineKey());
      if (line == null) {
        throw new IllegalArgumentException("nothing is held under " + leaving.lineKey());
      }
      lines.put(line.key(), line.commit(leaving.quantity()));
      stock.computeIfPresent(line.stock(), (key, s) -> s.ship(leaving.quantity()));
      shipped.add(new Shipped(line.stock(), leaving.quantity(), command.reference()));
    }
    boolean over = lines.values().stream().allMatch(line -> line.remaining() == 0);
    become(
        reservation.become(
            over ? Status.COMMITTED : Status.ACTIVE, List.copyOf(lines.values()), List.of()));
  }

  /** What the commands changed, in their order. */
  Collection<Reservation> changedReservations() {
    return changed.values();
  }

  /** The rows that hold other quantities than before, with their next version. */
  List<Stock> changedStock() {
    return stock.values().stream()
        .filter(now -> !now.equals(before.get(now.key())))
        .map(now -> now.withVersion(now.version() + 1))
        .toList();
  }

  List<Shipped> shipped() {
    return shipped;
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

  private void become(Reservation next) {
    reservations.put(next.key(), next);
    changed.put(next.key(), next);
  }

  private static Line held(ReserveStock.Line line) {
    return new Line(
        line.lineKey(),
        new StockKey(line.variantId(), line.sellerId()),
        line.quantity(),
        0,
        Status.ACTIVE);
  }
}
