package io.ordersystem.inventory.reservation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.inventory.ReservationChanged.Shortage;
import io.ordersystem.inventory.reservation.Reservation.Status;
import io.ordersystem.inventory.reservation.ReservationBatch.Moved;
import io.ordersystem.inventory.reservation.ReservationCommand.Commit;
import io.ordersystem.inventory.reservation.ReservationCommand.GiveBack;
import io.ordersystem.inventory.reservation.ReservationCommand.Part;
import io.ordersystem.inventory.reservation.ReservationCommand.Release;
import io.ordersystem.inventory.reservation.ReservationCommand.ReleasePart;
import io.ordersystem.inventory.reservation.ReservationCommand.Reserve;
import io.ordersystem.inventory.reservation.ReservationCommand.Wanted;
import io.ordersystem.inventory.stock.Movement;
import io.ordersystem.inventory.stock.Stock;
import io.ordersystem.inventory.stock.StockKey;
import io.ordersystem.platform.problem.DomainException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ReservationBatchTest {
  private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");
  private static final StockKey TEA = new StockKey("tea", "s1");
  private static final StockKey CUP = new StockKey("cup", "s2");

  @Test
  void holdsAllLinesOrNone() {
    var batch = batch(Map.of(TEA, 5, CUP, 1));
    batch.decide(reserve("a", line("a1", TEA, 2), line("a2", CUP, 2)));
    batch.decide(reserve("b", line("b1", TEA, 5)));
    assertThat(changed(batch, "a").status()).isEqualTo(Status.REJECTED);
    assertThat(changed(batch, "a").shortages()).containsExactly(new Shortage("cup", "s2", 2, 1));
    assertThat(changed(batch, "b").status()).isEqualTo(Status.ACTIVE);
    assertThat(batch.changedStock())
        .singleElement()
        .extracting(change -> change.after().reserved())
        .isEqualTo(5);
  }

  @Test
  void addsUpEqualOffersBeforeItJudges() {
    var batch = batch(Map.of(TEA, 3));
    batch.decide(reserve("a", line("a1", TEA, 2), line("a2", TEA, 2)));
    assertThat(changed(batch, "a").shortages()).containsExactly(new Shortage("tea", "s1", 4, 3));
  }

  @Test
  void servesInTheOrderOfArrivalAndASmallOneBehindARefusedOne() {
    var batch = batch(Map.of(TEA, 3));
    batch.decide(reserve("a", line("a1", TEA, 2)));
    batch.decide(reserve("b", line("b1", TEA, 2)));
    batch.decide(reserve("c", line("c1", TEA, 1)));
    assertThat(batch.changed())
        .extracting(changed -> changed.reservation().status())
        .containsExactly(Status.ACTIVE, Status.REJECTED, Status.ACTIVE);
  }

  @Test
  void aRepeatedReserveHasNoSecondEffect() {
    var batch = batch(Map.of(TEA, 3));
    batch.decide(reserve("a", line("a1", TEA, 2)));
    batch.decide(reserve("a", line("a1", TEA, 2)));
    assertThat(changed(batch, "a").version()).isEqualTo(1);
    assertThat(batch.changedStock())
        .singleElement()
        .extracting(change -> change.after().reserved())
        .isEqualTo(2);
  }

  @Test
  void aReleaseOfAnUnknownKeyMakesALateReserveDoNothing() {
    var batch = batch(Map.of(TEA, 3));
    batch.decide(new Release("a"));
    batch.decide(reserve("a", line("a1", TEA, 2)));
    assertThat(changed(batch, "a").status()).isEqualTo(Status.RELEASED);
    assertThat(batch.changedStock()).isEmpty();
  }

  @Test
  void commitsInPartsAndReleasesTheRest() {
    var batch = batch(Map.of(TEA, 5));
    batch.decide(reserve("a", line("a1", TEA, 4)));
    batch.decide(new Commit("a", "parcel-1", List.of(new Part("a1", 3))));
    batch.decide(new Release("a"));
    Stock tea = batch.changedStock().getFirst().after();
    assertThat(tea.onHand()).isEqualTo(2);
    assertThat(tea.reserved()).isZero();
    assertThat(tea.version()).isEqualTo(2);
    assertThat(batch.moved())
        .containsExactly(new Moved(TEA, Movement.Type.SHIPMENT, -3, "parcel-1", "a"));
  }

  @Test
  void releasesTheNamedQuantitiesOnlyAndEachReferenceOnce() {
    var batch = batch(Map.of(TEA, 5, CUP, 5));
    batch.decide(reserve("a", line("a1", TEA, 4), line("a2", CUP, 2)));
    batch.decide(part("a", "cancellation-1", "a1", 1));
    batch.decide(part("a", "cancellation-1", "a1", 1));
    batch.decide(part("a", "cancellation-2", "a2", 2));
    Reservation after = changed(batch, "a");
    assertThat(after.status()).isEqualTo(Status.ACTIVE);
    assertThat(after.lines())
        .extracting(Reservation.Line::quantity, Reservation.Line::status)
        .containsExactly(tuple(3, Status.ACTIVE), tuple(2, Status.RELEASED));
    assertThat(batch.changedStock())
        .extracting(change -> change.after().reserved())
        .containsExactly(3);
    assertThat(batch.changed())
        .singleElement()
        .extracting(ReservationBatch.Changed::event, ReservationBatch.Changed::reference)
        .containsExactly(EventType.RESERVATION_RELEASED, "cancellation-2");
  }

  @Test
  void whatIsLeftAfterParcelsAndReleasesIsCommittedOrReleased() {
    var batch = batch(Map.of(TEA, 5, CUP, 5));
    batch.decide(reserve("a", line("a1", TEA, 4)));
    batch.decide(new Commit("a", "parcel-1", List.of(new Part("a1", 3))));
    assertThat(changed(batch, "a").status()).isEqualTo(Status.ACTIVE);
    batch.decide(part("a", "cancellation-1", "a1", 1));
    assertThat(changed(batch, "a").status()).isEqualTo(Status.COMMITTED);
    batch.decide(reserve("b", line("b1", CUP, 2)));
    batch.decide(part("b", "cancellation-1", "b1", 2));
    assertThat(changed(batch, "b").status()).isEqualTo(Status.RELEASED);
  }

  @Test
  void takesBackWhatHasLeftAndNoMore() {
    var batch = batch(Map.of(TEA, 5));
    batch.decide(reserve("a", line("a1", TEA, 4)));
    batch.decide(new Commit("a", "parcel-1", List.of(new Part("a1", 3))));
    batch.decide(back("a", "refund-1", "a1", 2));
    batch.decide(back("a", "refund-1", "a1", 2));
    Stock tea = batch.changedStock().getFirst().after();
    assertThat(tea.onHand()).isEqualTo(5 - 3 + 2);
    assertThat(tea.reserved()).isEqualTo(1);
    assertThat(batch.moved().getLast())
        .isEqualTo(new Moved(TEA, Movement.Type.RETURN, 2, "refund-1", "a"));
    assertThatThrownBy(() -> batch.decide(back("a", "refund-2", "a1", 2)))
        .isInstanceOf(DomainException.class)
        .hasMessageContaining("cannot come back");
  }

  @Test
  void refusesToReleaseMoreThanIsHeldAndAPartOfNothing() {
    var batch = batch(Map.of(TEA, 5));
    batch.decide(reserve("a", line("a1", TEA, 2)));
    assertThatThrownBy(() -> batch.decide(part("a", "cancellation-1", "a1", 3)))
        .isInstanceOf(DomainException.class);
    assertThatThrownBy(() -> batch.decide(part("b", "cancellation-1", "b1", 1)))
        .isInstanceOf(DomainException.class);
  }

  @Test
  void refusesToCommitMoreThanIsHeld() {
    var batch = batch(Map.of(TEA, 5));
    batch.decide(reserve("a", line("a1", TEA, 2)));
    assertThatThrownBy(() -> batch.decide(new Commit("a", "parcel-1", List.of(new Part("a1", 3)))))
        .isInstanceOf(DomainException.class);
  }

  @Test
  void anUnknownOfferIsAShortageOfEverything() {
    var batch = batch(Map.of());
    batch.decide(reserve("a", line("a1", TEA, 2)));
    assertThat(changed(batch, "a").shortages()).containsExactly(new Shortage("tea", "s1", 2, 0));
  }

  @RepeatedTest(100)
  void neverPromisesMoreThanThereIs(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    int onHand = random.nextInt(20);
    var keys = IntStream.range(0, 30).mapToObj(i -> "k" + i).toList();
    var batch = batch(Map.of(TEA, onHand));
    int held = 0;
    for (String key : keys) {
      int quantity = 1 + random.nextInt(5);
      batch.decide(reserve(key, line(key + "-1", TEA, quantity)));
      if (changed(batch, key).status() == Status.ACTIVE) {
        held += quantity;
        if (random.nextInt(4) == 0) {
          batch.decide(new Release(key));
          held -= quantity;
        }
      }
    }
    int reserved =
        batch.changedStock().isEmpty() ? 0 : batch.changedStock().getFirst().after().reserved();
    assertThat(reserved).isEqualTo(held).isBetween(0, onHand);
  }

  private static Reservation changed(ReservationBatch batch, String key) {
    return batch.changed().stream()
        .map(ReservationBatch.Changed::reservation)
        .filter(reservation -> reservation.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private static ReservationBatch batch(Map<StockKey, Integer> onHand) {
    return new ReservationBatch(Map.of(), stock(onHand), NOW, Duration.ofHours(24));
  }

  private static Map<StockKey, Stock> stock(Map<StockKey, Integer> onHand) {
    var stock = new HashMap<StockKey, Stock>();
    onHand.forEach((key, quantity) ->
        stock.put(
            key, new Stock(key, null, "name", 100, "EUR", quantity, 0, null, false, 1, 0, NOW)));
    return stock;
  }

  private static ReservationCommand part(String key, String reference, String line, int quantity) {
    return new ReleasePart(key, reference, List.of(new Part(line, quantity)));
  }

  private static ReservationCommand back(String key, String reference, String line, int quantity) {
    return new GiveBack(key, reference, List.of(new Part(line, quantity)));
  }

  private static ReservationCommand reserve(String key, Wanted... lines) {
    return new Reserve(key, List.of(lines), null);
  }

  private static Wanted line(String key, StockKey stock, int quantity) {
    return new Wanted(key, stock, quantity);
  }
}
