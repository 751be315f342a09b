package io.ordersystem.inventory.reservation;

import io.ordersystem.inventory.reservation.Asked.Door;
import io.ordersystem.inventory.reservation.ReservationCommand.Commit;
import io.ordersystem.inventory.reservation.ReservationCommand.Extend;
import io.ordersystem.inventory.reservation.ReservationCommand.GiveBack;
import io.ordersystem.inventory.reservation.ReservationCommand.Part;
import io.ordersystem.inventory.reservation.ReservationCommand.Release;
import io.ordersystem.inventory.reservation.ReservationCommand.ReleasePart;
import io.ordersystem.inventory.reservation.ReservationCommand.Reserve;
import io.ordersystem.inventory.stock.StockKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must become of stock and reservations, in the plainest words: counters per offer, and per
 * line what is held, gone and come back. Knows nothing of batches, rows or versions.
 */
final class ReservationModel {
  final Map<StockKey, Integer> onHand = new TreeMap<>();
  final Map<String, Held> reservations = new LinkedHashMap<>();

  /** A reservation: whose it is, whether it can still change, and its lines. */
  static final class Held {
    final Door door;
    boolean over;
    final Map<String, Line> lines = new LinkedHashMap<>();

    Held(Door door) {
      this.door = door;
    }
  }

  /** Of one line: what is held, what has left, and what of that has come back. */
  static final class Line {
    final StockKey stock;
    final int wanted;
    int cancelled;
    int held;
    int gone;
    int back;

    Line(StockKey stock, int wanted) {
      this.stock = stock;
      this.wanted = wanted;
      this.held = wanted;
    }
  }

  Held held(String key) {
    return Objects.requireNonNull(reservations.get(key));
  }

  int reserved(StockKey key) {
    return reservations.values().stream()
        .flatMap(held -> held.lines.values().stream())
        .filter(line -> line.stock.equals(key))
        .mapToInt(line -> line.held)
        .sum();
  }

  int available(StockKey key) {
    return onHand.getOrDefault(key, 0) - reserved(key);
  }

  /** Whether goods may come or go so; then they do. */
  boolean move(StockKey key, int quantity) {
    if (onHand.getOrDefault(key, 0) + quantity < reserved(key)) {
      return false;
    }
    onHand.merge(key, quantity, Integer::sum);
    return true;
  }

  /** Ends a reservation whose time is up. */
  void expire(String key) {
    Held held = held(key);
    held.lines.values().forEach(line -> line.held = 0);
    held.over = true;
  }

  /** Whether the command is granted; then it has taken effect. */
  boolean apply(ReservationCommand command, Door door) {
    Held known = reservations.get(command.key());
    return switch (command) {
      case Reserve reserve -> known == null && reserve(reserve, door);
      case Release release -> release(known, release.key(), door);
      case Extend extend -> known != null && !known.over && isHeld(known);
      case ReleasePart part ->
          known != null
              && parts(
                  known,
                  part.parts(),
                  (line, n) -> line.held >= n,
                  (line, n) -> {
                    line.held -= n;
                    line.cancelled += n;
                  });
      case Commit commit ->
          known != null
              && parts(
                  known,
                  Objects.requireNonNull(commit.parts()),
                  (line, n) -> line.held >= n,
                  (line, n) -> {
                    line.held -= n;
                    line.gone += n;
                    onHand.merge(line.stock, -n, Integer::sum);
                  });
      case GiveBack back ->
          known != null
              && parts(
                  known,
                  back.parts(),
                  (line, n) -> line.gone - line.back >= n,
                  (line, n) -> {
                    line.back += n;
                    onHand.merge(line.stock, n, Integer::sum);
                  });
    };
  }

  private boolean reserve(Reserve reserve, Door door) {
    Map<StockKey, Integer> demand = new HashMap<>();
    reserve.lines().forEach(line -> demand.merge(line.stock(), line.quantity(), Integer::sum));
    boolean enough =
        demand.entrySet().stream().allMatch(entry -> available(entry.getKey()) >= entry.getValue());
    if (!enough && door == Door.REST) {
      return false;
    }
    var held = new Held(door);
    held.over = !enough;
    if (enough) {
      reserve
          .lines()
          .forEach(line -> held.lines.put(line.lineKey(), new Line(line.stock(), line.quantity())));
    }
    reservations.put(reserve.key(), held);
    return enough;
  }

  private boolean release(@Nullable Held known, String key, Door door) {
    if (known == null) {
      if (door == Door.REST) {
        return false;
      }
      var released = new Held(door);
      released.over = true;
      reservations.put(key, released);
      return true;
    }
    if (!known.over) {
      known
          .lines
          .values()
          .forEach(line -> {
            line.cancelled += line.held;
            line.held = 0;
          });
    }
    known.over = true;
    return true;
  }

  private static boolean isHeld(Held held) {
    return held.lines.values().stream().anyMatch(line -> line.held > 0);
  }

  private interface May {
    boolean may(Line line, int quantity);
  }

  private interface Do {
    void now(Line line, int quantity);
  }

  /** One part per command here, so that all or nothing is one question. */
  private static boolean parts(Held held, List<Part> parts, May may, Do effect) {
    Part part = parts.getFirst();
    Line line = held.lines.get(part.lineKey());
    if (line == null || !may.may(line, part.quantity())) {
      return false;
    }
    effect.now(line, part.quantity());
    if (!isHeld(held)) {
      held.over = true;
    }
    return true;
  }
}
