package io.ordersystem.inventory.reservation;

import io.micrometer.core.instrument.MeterRegistry;
import io.ordersystem.contracts.inventory.CommitStock;
import io.ordersystem.contracts.inventory.ReleaseStock;
import io.ordersystem.contracts.inventory.ReserveStock;
import io.ordersystem.contracts.inventory.ReturnStock;
import io.ordersystem.inventory.stock.Movement;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.inventory.stock.StockTable;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.events.OutgoingEvent;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.outbox.Outbox;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Decides many commands in one transaction: the reservations' keys are claimed first, then the
 * stock rows, both in key order; the arithmetic happens in memory; everything is written as sets.
 * So a hot row is locked once per batch and not once per order.
 */
@ApplicationScoped
class DecideReservations {
  private final ReservationTable reservations;
  private final StockTable stock;
  private final Outbox outbox;
  private final Ids ids;
  private final MeterRegistry metrics;

  DecideReservations(
      ReservationTable reservations,
      StockTable stock,
      Outbox outbox,
      Ids ids,
      MeterRegistry metrics) {
    this.reservations = reservations;
    this.stock = stock;
    this.outbox = outbox;
    this.ids = ids;
    this.metrics = metrics;
  }

  Uni<Void> decide(Tx tx, List<Received> commands) {
    var keys = new TreeSet<String>();
    commands.forEach(command -> keys.add(reservationKey(command)));
    return reservations
        .claim(tx, keys)
        .chain(loaded ->
            stock
                .lock(tx, stockKeys(commands, loaded.values()))
                .chain(rows -> write(tx, commands, new ReservationBatch(loaded, rows))));
  }

  private Uni<Void> write(Tx tx, List<Received> commands, ReservationBatch batch) {
    var causes = new HashMap<String, Cause>();
    for (Received command : commands) {
      causes.put(reservationKey(command), Cause.of(command));
      apply(batch, command);
    }
    Cause first = Cause.of(commands.getFirst());
    return reservations
        .save(tx, batch.changed().stream().map(ReservationBatch.Changed::reservation).toList())
        .chain(() -> stock.save(tx, batch.changedStock(), movements(batch), key -> first))
        .chain(() -> outbox.append(tx, events(batch, causes)))
        .invoke(() -> tx.afterCommit(() -> count(batch)));
  }

  private static void apply(ReservationBatch batch, Received command) {
    switch (command.data()) {
      case ReserveStock reserve -> batch.reserve(reserve);
      case ReleaseStock release -> batch.release(release);
      case CommitStock commit -> batch.commit(commit);
      case ReturnStock giveBack -> batch.giveBack(giveBack);
      default -> throw new IllegalArgumentException("not a command of ours: " + command.type());
    }
  }

  private List<Movement> movements(ReservationBatch batch) {
    return batch.moved().stream()
        .map(moved ->
            new Movement(
                ids.next(),
                moved.key(),
                moved.type(),
                moved.quantity(),
                null,
                moved.reference(),
                "order-service"))
        .toList();
  }

  private static List<OutgoingEvent> events(ReservationBatch batch, Map<String, Cause> causes) {
    return batch.changed().stream()
        .map(changed -> {
          Reservation reservation = changed.reservation();
          return new OutgoingEvent(
              changed.event(),
              reservation.key(),
              reservation.key(),
              reservation.version(),
              reservation.event(changed.reference()),
              causes.getOrDefault(reservation.key(), Cause.NONE));
        })
        .toList();
  }

  private void count(ReservationBatch batch) {
    batch
        .changed()
        .forEach(changed ->
            metrics
                .counter("inventory.reservations", "outcome", changed.reservation().status().name())
                .increment());
  }

  private static String reservationKey(Received command) {
    return switch (command.data()) {
      case ReserveStock reserve -> reserve.reservationKey();
      case ReleaseStock release -> release.reservationKey();
      case CommitStock commit -> commit.reservationKey();
      case ReturnStock giveBack -> giveBack.reservationKey();
      default -> throw new IllegalArgumentException("not a command of ours: " + command.type());
    };
  }

  private static TreeSet<StockKey> stockKeys(
      List<Received> commands, Iterable<Reservation> loaded) {
    var keys = new TreeSet<StockKey>();
    for (Received command : commands) {
      if (command.data() instanceof ReserveStock reserve) {
        keys.addAll(
            reserve.lines().stream()
                .map(line -> new StockKey(line.variantId(), line.sellerId()))
                .collect(Collectors.toSet()));
      }
    }
    loaded.forEach(reservation -> reservation.lines().forEach(line -> keys.add(line.stock())));
    return keys;
  }
}
