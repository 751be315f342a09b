package io.ordersystem.inventory.reservation;

import io.ordersystem.contracts.inventory.ReservationChanged;
import io.ordersystem.inventory.stock.StockKey;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goods that are held: all lines or none. {@code NEW} is a key that no command has decided yet.
 *
 * @param version 0 while NEW, then one more with each change
 * @param references of the commands that took a part of it: each takes effect once
 * @param createdAt when it was made
 * @param expiresAt when it ends by itself; null for an order's, which order-service ends
 */
record Reservation(
    String key,
    Status status,
    long version,
    List<Line> lines,
    List<ReservationChanged.Shortage> shortages,
    Set<String> references,
    Instant createdAt,
    @Nullable Instant expiresAt) {

  enum Status {
    NEW,
    ACTIVE,
    REJECTED,
    RELEASED,
    COMMITTED,
    EXPIRED
  }

  /**
   * One held line; {@code remaining} still counts as reserved, {@code returnedQuantity} of what was
   * committed has come back.
   */
  record Line(
      String key,
      StockKey stock,
      int quantity,
      int committedQuantity,
      int returnedQuantity,
      Status status) {
    int remaining() {
      return status == Status.ACTIVE ? quantity - committedQuantity : 0;
    }

    Line ended(Status end) {
      return new Line(key, stock, quantity, committedQuantity, returnedQuantity, end);
    }

    /** Lets go of a part; what is left may have been committed already, or be nothing. */
    Line release(int less) {
      if (less > remaining()) {
        throw Refusals.illegal(key + ": cannot release " + less + ", held are " + remaining());
      }
      if (less == quantity) {
        return ended(Status.RELEASED);
      }
      int total = quantity - less;
      return new Line(
          key,
          stock,
          total,
          committedQuantity,
          returnedQuantity,
          committedQuantity == total ? Status.COMMITTED : Status.ACTIVE);
    }

    Line giveBack(int more) {
      if (more > committedQuantity - returnedQuantity) {
        throw Refusals.illegal(
            "%s: %d cannot come back, %d of %d have left and not come back"
                .formatted(key, more, committedQuantity - returnedQuantity, quantity));
      }
      return new Line(key, stock, quantity, committedQuantity, returnedQuantity + more, status);
    }

    Line commit(int more) {
      if (more > remaining()) {
        throw Refusals.illegal(key + ": cannot commit " + more + ", held are " + remaining());
      }
      int total = committedQuantity + more;
      return new Line(
          key,
          stock,
          quantity,
          total,
          returnedQuantity,
          total == quantity ? Status.COMMITTED : Status.ACTIVE);
    }
  }

  static Reservation unknown(String key, Instant now) {
    return new Reservation(key, Status.NEW, 0, List.of(), List.of(), Set.of(), now, null);
  }

  Reservation become(
      Status next, List<Line> newLines, List<ReservationChanged.Shortage> newShortages) {
    return new Reservation(
        key, next, version + 1, newLines, newShortages, references, createdAt, expiresAt);
  }

  Reservation until(@Nullable Instant end) {
    return new Reservation(key, status, version, lines, shortages, references, createdAt, end);
  }

  /** The same reservation, which remembers that the command of that reference was carried out. */
  Reservation remembering(String reference) {
    var more = new HashSet<>(references);
    more.add(reference);
    return new Reservation(
        key, status, version, lines, shortages, Set.copyOf(more), createdAt, expiresAt);
  }

  /** Whether an order holds it; of a key that is not known yet nobody does. */
  boolean isOfAnOrder() {
    return status != Status.NEW && expiresAt == null;
  }

  /** Whether its time is up and nobody has let go of it yet. */
  boolean isDue(Instant now) {
    return status == Status.ACTIVE && expiresAt != null && !expiresAt.isAfter(now);
  }

  /**
   * What others are told.
   *
   * @param reference of the command that is answered, when it had one
   */
  ReservationChanged event(@Nullable String reference) {
    return new ReservationChanged(
        key,
        status.name(),
        lines.stream()
            .map(line ->
                new ReservationChanged.Line(
                    line.key(),
                    line.stock().variantId(),
                    line.stock().sellerId(),
                    line.quantity(),
                    line.committedQuantity(),
                    line.status().name(),
                    line.returnedQuantity()))
            .toList(),
        shortages,
        reference,
        expiresAt);
  }
}
