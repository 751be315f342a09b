package io.ordersystem.inventory.reservation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ordersystem.contracts.inventory.CommitStock;
import io.ordersystem.contracts.inventory.ReleaseStock;
import io.ordersystem.contracts.inventory.ReservationChanged.Shortage;
import io.ordersystem.contracts.inventory.ReserveStock;
import io.ordersystem.inventory.reservation.Reservation.Status;
import io.ordersystem.inventory.stock.Stock;
import io.ordersystem.inventory.stock.StockKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ReservationBatchTest {
  private static final StockKey TEA = new StockKey("tea", "s1");
  private static final StockKey CUP = new StockKey("cup", "s2");

  @Test
  void holdsAllLinesOrNone() {
    var batch = batch(Map.of(TEA, 5, CUP, 1), "a", "b");
    batch.reserve(reserve("a", line("a1", TEA, 2), line("a2", CUP, 2)));
    batch.reserve(reserve("b", line("b1", TEA, 5)));
    assertThat(changed(batch, "a").status()).isEqualTo(Status.REJECTED);
    assertThat(changed(batch, "a").shortages()).containsExactly(new Shortage("cup", "s2", 2, 1));
    assertThat(changed(batch, "b").status()).isEqualTo(Status.ACTIVE);
    assertThat(batch.changedStock()).singleElement().extracting(Stock::reserved).isEqualTo(5);
  }

  @Test
  void addsUpEqualOffersBeforeItJudges() {
    var batch = batch(Map.of(TEA, 3), "a");
    batch.reserve(reserve("a", line("a1", TEA, 2), line("a2", TEA, 2)));
    assertThat(changed(batch, "a").shortages()).containsExactly(new Shortage("tea", "s1", 4, 3));
  }

  @Test
  void servesInTheOrderOfArrivalAndASmallOneBehindARefusedOne() {
    var batch = batch(Map.of(TEA, 3), "a", "b", "c");
    batch.reserve(reserve("a", line("a1", TEA, 2)));
    batch.reserve(reserve("b", line("b1", TEA, 2)));
    batch.reserve(reserve("c", line("c1", TEA, 1)));
    assertThat(batch.changedReservations())
        .extracting(Reservation::status)
        .containsExactly(Status.ACTIVE, Status.REJECTED, Status.ACTIVE);
  }

  @Test
  void aRepeatedReserveHasNoSecondEffect() {
    var batch = batch(Map.of(TEA, 3), "a");
    batch.reserve(reserve("a", line("a1", TEA, 2)));
    batch.reserve(reserve("a", line("a1", TEA, 2)));
    assertThat(changed(batch, "a").version()).isEqualTo(1);
    assertThat(batch.changedStock()).singleElement().extracting(Stock::reserved).isEqualTo(2);
  }

  @Test
  void aReleaseOfAnUnknownKeyMakesALateReserveDoNothing() {
    var batch = batch(Map.of(TEA, 3), "a");
    batch.release(new ReleaseStock("a", "EXPIRED"));
    batch.reserve(reserve("a", line("a1", TEA, 2)));
    assertThat(changed(batch, "a").status()).isEqualTo(Status.RELEASED);
    assertThat(batch.changedStock()).isEmpty();
  }

  @Test
  void commitsInPartsAndReleasesTheRest() {
    var batch = batch(Map.of(TEA, 5), "a");
    batch.reserve(reserve("a", line("a1", TEA, 4)));
    batch.commit(new CommitStock("a", "parcel-1", List.of(new CommitStock.Line("a1", 3))));
    batch.release(new ReleaseStock("a", "OPERATOR"));
    Stock tea = batch.changedStock().getFirst();
    assertThat(tea.onHand()).isEqualTo(2);
    assertThat(tea.reserved()).isZero();
    assertThat(tea.version()).isEqualTo(2);
    assertThat(batch.shipped()).containsExactly(new ReservationBatch.Shipped(TEA, 3, "parcel-1"));
  }

  @Test
  void refusesToCommitMoreThanIsHeld() {
    var batch = batch(Map.of(TEA, 5), "a");
    batch.reserve(reserve("a", line("a1", TEA, 2)));
    assertThatThrownBy(() ->
            batch.commit(new CommitStock("a", "parcel-1", List.of(new CommitStock.Line("a1", 3)))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anUnknownOfferIsAShortageOfEverything() {
    var batch = batch(Map.of(), "a");
    batch.reserve(reserve("a", line("a1", TEA, 2)));
    assertThat(changed(batch, "a").shortages()).containsExactly(new Shortage("tea", "s1", 2, 0));
  }

  @RepeatedTest(100)
  void neverPromisesMoreThanThereIs(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    int onHand = random.nextInt(20);
    var keys = new ArrayList<String>();
    for (int i = 0; i < 30; i++) {
      keys.add("k" + i);
    }
    var batch = batch(Map.of(TEA, onHand), keys.toArray(String[]::new));
    int held = 0;
    for (String key : keys) {
      int quantity = 1 + random.nextInt(5);
      batch.reserve(reserve(key, line(key + "-1", TEA, quantity)));
      if (changed(batch, key).status() == Status.ACTIVE) {
        held += quantity;
        if (random.nextInt(4) == 0) {
          batch.release(new ReleaseStock(key, "EXPIRED"));
          held -= quantity;
        }
      }
    }
    int reserved = batch.changedStock().isEmpty() ? 0 : batch.changedStock().getFirst().reserved();
    assertThat(reserved).isEqualTo(held).isBetween(0, onHand);
  }

  private static Reservation changed(ReservationBatch batch, String key) {
    return batch.changedReservations().stream()
        .filter(reservation -> reservation.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private static ReservationBatch batch(Map<StockKey, Integer> onHand, String... keys) {
    var reservations = new HashMap<String, Reservation>();
    for (String key : keys) {
      reservations.put(key, Reservation.unknown(key));
    }
    var stock = new HashMap<StockKey, Stock>();
    onHand.forEach((key, quantity) ->
        stock.put(key, new Stock(key, null, "name", 100, "EUR", quantity, 0, null, false, 1)));
    return new ReservationBatch(reservations, stock);
  }

  private static ReserveStock reserve(String key, ReserveStock.Line... lines) {
    return new ReserveStock(key, List.of(lines));
  }

  private static ReserveStock.Line line(String key, StockKey stock, int quantity) {
    return new ReserveStock.Line(key, stock.variantId(), stock.sellerId(), quantity);
  }
}
