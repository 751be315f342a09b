package io.ordersystem.inventory.reservation;

import io.ordersystem.contracts.inventory.CommitStock;
import io.ordersystem.contracts.inventory.ReleaseStock;
import io.ordersystem.contracts.inventory.ReserveStock;
import io.ordersystem.contracts.inventory.ReturnStock;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.platform.events.Received;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What may be asked of a reservation, through whichever door. */
sealed interface ReservationCommand {
  /** The reservation's key. */
  String key();

  /** A line to hold, under a key of its own. */
  record Wanted(String lineKey, StockKey stock, int quantity) {}

  /** Some units of a held line. */
  record Part(String lineKey, int quantity) {}

  /**
   * Hold all lines or none.
   *
   * @param life how long; null for an order's, which order-service ends
   */
  record Reserve(String key, List<Wanted> lines, @Nullable Duration life)
      implements ReservationCommand {
    /** The offers that this needs. */
    Set<StockKey> stock() {
      var keys = new TreeSet<StockKey>();
      lines.forEach(line -> keys.add(line.stock()));
      return keys;
    }
  }

  /** Let go of everything that is still held; an unknown key is remembered as released. */
  record Release(String key) implements ReservationCommand {}

  /** Let go of some units, once per reference. */
  record ReleasePart(String key, String reference, List<Part> parts)
      implements ReservationCommand {}

  /**
   * Held goods leave the warehouse, once per reference.
   *
   * @param parts null for everything that is still held
   */
  record Commit(String key, String reference, @Nullable List<Part> parts)
      implements ReservationCommand {}

  /** Goods that had left come back, once per reference. */
  record GiveBack(String key, String reference, List<Part> parts) implements ReservationCommand {}

  /** Hold for that long from now. */
  record Extend(String key, Duration life) implements ReservationCommand {}

  /** What order-service asks. */
  static ReservationCommand of(Received message) {
    return switch (message.data()) {
      case ReserveStock reserve ->
          new Reserve(
              reserve.reservationKey(),
              reserve.lines().stream()
                  .map(line ->
                      new Wanted(
                          line.lineKey(),
                          new StockKey(line.variantId(), line.sellerId()),
                          line.quantity()))
                  .toList(),
              null);
      case ReleaseStock release -> released(release);
      case CommitStock commit ->
          new Commit(
              commit.reservationKey(),
              commit.reference(),
              commit.lines().stream()
                  .map(line -> new Part(line.lineKey(), line.quantity()))
                  .toList());
      case ReturnStock back ->
          new GiveBack(
              back.reservationKey(),
              back.reference(),
              back.lines().stream()
                  .map(line -> new Part(line.lineKey(), line.quantity()))
                  .toList());
      default -> throw new IllegalArgumentException("not a command of ours: " + message.type());
    };
  }

  private static ReservationCommand released(ReleaseStock release) {
    if (release.lines() == null) {
      return new Release(release.reservationKey());
    }
    return new ReleasePart(
        release.reservationKey(),
        Objects.requireNonNull(release.reference(), "a release of a part needs a reference"),
        release.lines().stream().map(line -> new Part(line.lineKey(), line.quantity())).toList());
  }
}
