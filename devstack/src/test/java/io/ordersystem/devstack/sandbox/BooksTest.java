package io.ordersystem.devstack.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BooksTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final IntentLedger ledger = new IntentLedger(new Ids(new Random(1)), clock);
  private final Books books = new Books(new Limits(2, 1, 2, Duration.ofHours(24), 1), clock);

  private void remember(Instant at, String key) {
    var intent =
        ledger.create(
            new NewIntent(
                100, "eur", CaptureMethod.MANUAL, false, Map.of(), null, null, null, null));
    var entry =
        new Entry(
            at.toEpochMilli(),
            "req_1",
            new Entry.Key(key, "digest"),
            intent,
            null,
            null,
            null,
            List.of(new Entry.Announcement("evt_" + key, EventType.SUCCEEDED, true)),
            null);
    assertThat(books.apply(entry)).hasSize(1);
  }

  @Test
  void forgetsTheOldestKeysWhenThereAreTooMany() {
    remember(NOW, "a");
    remember(NOW, "b");
    remember(NOW, "c");

    assertThat(books.answer("a")).isEmpty();
    assertThat(books.answer("b")).isPresent();
    assertThat(books.answer("c")).isPresent();
  }

  @Test
  void forgetsKeysAfterADay() {
    remember(NOW.minus(Duration.ofHours(25)), "a");

    assertThat(books.answer("a")).isEmpty();
  }

  @Test
  void listsTheNewestEventsOnly() {
    remember(NOW, "a");
    remember(NOW, "b");

    assertThat(books.pending()).extracting(Event::id).containsExactly("evt_b");
    books.settle("evt_b");
    assertThat(books.pending()).isEmpty();
  }

  @Test
  void refusesIntentsWhenItIsFull() {
    remember(NOW, "a");
    books.checkRoom();
    remember(NOW, "b");

    assertThatExceptionOfType(StripeErrors.Refused.class)
        .isThrownBy(books::checkRoom)
        .withMessageContaining("limit of 2");
  }

  @Test
  void holdsNoMoreThanFitsIntoItsMemory() {
    assertThat(Limits.forHeap(128L << 20).intents()).isEqualTo(32_768);
    assertThat(Limits.forHeap(8L << 30).intents()).isEqualTo(250_000);
    assertThat(Limits.forHeap(1L << 20).intents()).isEqualTo(1_000);
  }
}
