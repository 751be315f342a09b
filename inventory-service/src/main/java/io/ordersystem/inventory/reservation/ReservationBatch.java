package io.ordersystem.inventory.reservation;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.ReservationChanged.Shortage;
import io.ordersystem.inventory.reservation.Reservation.Line;
import io.ordersystem.inventory.reservation.Reservation.Status;
import io.ordersystem.inventory.reservation.ReservationCommand.Commit;
import io.ordersystem.inventory.reservation.ReservationCommand.Extend;
import io.ordersystem.inventory.reservation.ReservationCommand.GiveBack;
import io.ordersystem.inventory.reservation.ReservationCommand.Part;
import io.ordersystem.inventory.reservation.ReservationCommand.Release;
import io.ordersystem.inventory.reservation.ReservationCommand.ReleasePart;
import io.ordersystem.inventory.reservation.ReservationCommand.Reserve;
import io.ordersystem.inventory.reservation.ReservationCommand.Wanted;
import io.ordersystem.inventory.stock.InsufficientStock;
import io.ordersystem.inventory.stock.Movement;
import io.ordersystem.inventory.stock.Stock;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.platform.problem.DomainException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides a batch of commands in the order of their arrival, on rows that the caller has locked.
 * Plain arithmetic: no database here. A command that is refused leaves nothing behind and does not
 * disturb its neighbours.
 */
final class ReservationBatch {
  private final Map<String, Reservation> reservations;
  private final Set<String> loaded;
  private final Map<StockKey, Stock> before;
  private final Map<StockKey, Stock> stock;
  private final Instant now;
  private final Duration longest;
  private final Map<String, Changed> changed = new LinkedHashMap<>();
  private final List<Moved> moved = new ArrayList<>();

  /**
   * A batch on locked rows.
   *
   * @param reservations those that the commands name, as far as they exist, and those that are due
   * @param longest how long a reservation may be held in all, however often it is extended
   */
  ReservationBatch(
      Map<String, Reservation> reservations,
      Map<StockKey, Stock> stock,
      Instant now,
      Duration longest) {
    this.reservations = new HashMap<>(reservations);
    this.before = Map.copyOf(stock);
    this.stock = new TreeMap<>(stock);
    this.loaded = Set.copyOf(reservations.keySet());
    this.now = now;
    this.longest = longest;
    List.copyOf(this.reservations.values()).forEach(this::expireWhenDue);
  }

  /** Goods that left the warehouse by a commit ({@code SHIPMENT}) or came back ({@code RETURN}). */
  record Moved(StockKey key, Movement.Type type, int quantity, String reference, String owner) {}

  /** A reservation's next version, and what the command made of it. */
  record Changed(
      Reservation reservation, boolean isNew, EventType event, @Nullable String reference) {}

  /**
   * Carries out one command; answers the reservation as it is then. No key may be named twice in a
   * batch: a reservation changes once per transaction.
   *
   * @throws DomainException when it is refused; then nothing has changed
   */
  Reservation decide(ReservationCommand command) {
    return switch (command) {
      case Reserve reserve -> reserve(reserve);
      case Release release -> release(release);
      case ReleasePart part ->
          inParts(
              part.key(),
              part.reference(),
              part.parts(),
              EventType.RESERVATION_RELEASED,
              Line::release,
              Stock::release,
              null);
      case Commit commit -> commit(commit);
      case GiveBack back ->
          inParts(
              back.key(),
              back.reference(),
              back.parts(),
              EventType.RESERVATION_RETURNED,
              Line::giveBack,
              Stock::move,
              Movement.Type.RETURN);
      case Extend extend -> extend(extend);
    };
  }

  /**
   * Holds all lines or none; equal offers within the command are added up before they are judged.
   * An order's shortage is remembered and told, another's is only refused: its key may be used
   * again.
   */
  private Reservation reserve(Reserve command) {
    Reservation reservation = reservation(command.key());
    if (reservation.status() != Status.NEW) {
      return repeated(reservation, command);
    }
    var demand = new TreeMap<StockKey, Integer>();
    command.lines().forEach(line -> demand.merge(line.stock(), line.quantity(), Math::addExact));
    var shortages = shortages(demand);
    if (!shortages.isEmpty()) {
      if (command.life() != null) {
        throw new InsufficientStock(shortages);
      }
      return become(
          reservation.become(Status.REJECTED, List.of(), told(shortages)),
          EventType.STOCK_REJECTED,
          null);
    }
    demand.forEach((key, quantity) -> stock.computeIfPresent(key, (k, s) -> s.hold(quantity)));
    return become(
        reservation
            .become(
                Status.ACTIVE,
                command.lines().stream().map(ReservationBatch::held).toList(),
                List.of())
            .until(command.life() == null ? null : now.plus(command.life())),
        EventType.STOCK_RESERVED,
        null);
  }

  /**
   * A repeat has no second effect; a caller is told when it asks for something else by that key.
   */
  private static Reservation repeated(Reservation reservation, Reserve command) {
    boolean byOrder = command.life() == null;
    if (byOrder == (reservation.expiresAt() != null)) {
      throw Refusals.reused(reservation.key());
    }
    if (byOrder) {
      return reservation;
    }
    if (!wanted(command).equals(wanted(reservation))) {
      throw Refusals.reused(reservation.key());
    }
    if (reservation.status() == Status.RELEASED || reservation.status() == Status.EXPIRED) {
      throw Refusals.illegal(reservation.key() + " is " + reservation.status());
    }
    return reservation;
  }

  private static Map<String, Integer> wanted(Reserve command) {
    var wanted = new HashMap<String, Integer>();
    command.lines().forEach(line -> wanted.put(line.lineKey(), line.quantity()));
    return wanted;
  }

  private static Map<String, Integer> wanted(Reservation reservation) {
    var wanted = new HashMap<String, Integer>();
    reservation.lines().forEach(line -> wanted.put(line.key(), line.quantity()));
    return wanted;
  }

  /** Gives back what is still held. */
  private Reservation release(Release command) {
    Reservation reservation = reservation(command.key());
    return reservation.status() == Status.NEW || reservation.status() == Status.ACTIVE
        ? end(reservation, Status.RELEASED, EventType.RESERVATION_RELEASED)
        : reservation;
  }

  private void expireWhenDue(Reservation reservation) {
    if (reservation.isDue(now)) {
      Reservation _ = end(reservation, Status.EXPIRED, EventType.RESERVATION_EXPIRED);
    }
  }

  private Reservation end(Reservation reservation, Status end, EventType event) {
    var lines = new ArrayList<Line>();
    for (Line line : reservation.lines()) {
      stock.computeIfPresent(line.stock(), (key, s) -> s.release(line.remaining()));
      lines.add(line.status() == Status.ACTIVE ? line.ended(end) : line);
    }
    return become(reservation.become(end, lines, List.of()), event, null);
  }

  private Reservation commit(Commit command) {
    List<Part> parts =
        command.parts() != null
            ? command.parts()
            : reservation(command.key()).lines().stream()
                .filter(line -> line.remaining() > 0)
                .map(line -> new Part(line.key(), line.remaining()))
                .toList();
    return inParts(
        command.key(),
        command.reference(),
        parts,
        EventType.RESERVATION_COMMITTED,
        Line::commit,
        Stock::ship,
        Movement.Type.SHIPMENT);
  }

  /**
   * Some units move on, once per reference: lines first, since one that is refused must not leave
   * the others moved.
   */
  private Reservation inParts(
      String key,
      String reference,
      List<Part> parts,
      EventType event,
      BiFunction<Line, Integer, Line> move,
      BiFunction<Stock, Integer, Stock> moveStock,
      Movement.@Nullable Type movement) {
    Reservation reservation = reservation(key);
    if (reservation.references().contains(reference)) {
      return reservation;
    }
    if (parts.isEmpty()) {
      throw Refusals.illegal(key + " is " + reservation.status() + " and holds nothing");
    }
    var lines = new LinkedHashMap<String, Line>();
    reservation.lines().forEach(line -> lines.put(line.key(), line));
    for (Part part : parts) {
      Line line = lines.get(part.lineKey());
      if (line == null) {
        throw Refusals.illegal("nothing is held under " + part.lineKey());
      }
      lines.put(line.key(), move.apply(line, part.quantity()));
    }
    for (Part part : parts) {
      StockKey offer = Objects.requireNonNull(lines.get(part.lineKey())).stock();
      stock.computeIfPresent(offer, (k, s) -> moveStock.apply(s, part.quantity()));
      if (movement != null) {
        int signed = movement == Movement.Type.SHIPMENT ? -part.quantity() : part.quantity();
        moved.add(new Moved(offer, movement, signed, reference, key));
      }
    }
    return becomePart(reservation, lines, event, reference);
  }

  /** A part of the reservation moved on; it is over when nothing of it is held any more. */
  private Reservation becomePart(
      Reservation reservation, Map<String, Line> lines, EventType event, String reference) {
    boolean held = lines.values().stream().anyMatch(line -> line.remaining() > 0);
    boolean left = lines.values().stream().anyMatch(line -> line.committedQuantity() > 0);
    Status over = left ? Status.COMMITTED : Status.RELEASED;
    return become(
        reservation
            .become(held ? Status.ACTIVE : over, List.copyOf(lines.values()), List.of())
            .remembering(reference),
        event,
        reference);
  }

  private Reservation extend(Extend command) {
    Reservation reservation = reservation(command.key());
    Instant end = now.plus(command.life());
    if (reservation.status() != Status.ACTIVE) {
      throw Refusals.illegal(reservation.key() + " is " + reservation.status());
    }
    if (end.isAfter(reservation.createdAt().plus(longest))) {
      throw Refusals.illegal(
          "%s was made at %s and may be held for %s in all"
              .formatted(reservation.key(), reservation.createdAt(), longest));
    }
    return become(
        reservation.become(Status.ACTIVE, reservation.lines(), List.of()).until(end),
        EventType.RESERVATION_EXTENDED,
        null);
  }

  /** What the commands changed, in their order. */
  Collection<Changed> changed() {
    return changed.values();
  }

  /** The rows that hold other quantities than before, with their next version. */
  List<Stock.Change> changedStock() {
    return stock.values().stream()
        .map(now -> new Stock.Change(Objects.requireNonNull(before.get(now.key())), now))
        .filter(Stock.Change::isChange)
        .toList();
  }

  List<Moved> moved() {
    return moved;
  }

  private List<InsufficientStock.Short> shortages(Map<StockKey, Integer> demand) {
    var shortages = new ArrayList<InsufficientStock.Short>();
    demand.forEach((key, quantity) -> {
      Stock row = stock.get(key);
      if (row == null || !row.canHold(quantity)) {
        shortages.add(
            new InsufficientStock.Short(
                key, quantity, row == null || row.deleted() ? 0 : row.available()));
      }
    });
    return shortages;
  }

  private static List<Shortage> told(List<InsufficientStock.Short> shortages) {
    return shortages.stream()
        .map(line ->
            new Shortage(
                line.key().variantId(), line.key().sellerId(), line.requested(), line.available()))
        .toList();
  }

  /** The reservation as the batch has made it so far. */
  Reservation reservation(String key) {
    Reservation known = reservations.get(key);
    return known == null ? Reservation.unknown(key, now) : known;
  }

  private Reservation become(Reservation next, EventType event, @Nullable String reference) {
    reservations.put(next.key(), next);
    changed.put(next.key(), new Changed(next, !loaded.contains(next.key()), event, reference));
    return next;
  }

  private static Line held(Wanted line) {
    return new Line(line.lineKey(), line.stock(), line.quantity(), 0, 0, Status.ACTIVE);
  }
}
