package io.ordersystem.platform.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.contracts.EventType;
import io.ordersystem.contracts.Topic;
import io.ordersystem.contracts.payment.VoidPayment;
import io.ordersystem.platform.events.EventFormats;
import io.ordersystem.platform.events.Received;
import io.ordersystem.platform.inbox.Chunks.Chunk;
import io.ordersystem.platform.inbox.Chunks.Readable;
import io.ordersystem.platform.inbox.Chunks.Unreadable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunksTest {
  private int ignored;
  private final List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();

  @Test
  void putsNoKeyTwiceIntoOneTransaction() {
    arrive("a");
    arrive("b");
    arrive("a");
    arrive("c");
    assertThat(keys(cut(10))).containsExactly(List.of("a", "b", "c"), List.of("a"));
  }

  @Test
  void putsAPreludeIntoTheTransactionOfTheNextMessageOfItsKeyAndOfNoOther() {
    List.of("a", "b", "a", "a", "a", "a", "b").forEach(this::arrive);
    Set<String> preludes = Set.of(id(0), id(3), id(4));
    List<Chunk> chunks = cut(10, message -> preludes.contains(message.id().toString()));
    assertThat(keys(chunks))
        .containsExactly(List.of("a", "b", "a"), List.of("a", "b"), List.of("a", "a"));
    assertThat(offsets(chunks, "a")).containsExactly(0L, 2L, 3L, 4L, 5L);
  }

  @Test
  void keepsTheOrderOfEachKey() {
    List.of("a", "a", "b", "a", "b", "c", "c", "d").forEach(this::arrive);
    List<Chunk> chunks = cut(2);
    assertThat(keys(chunks))
        .containsExactly(
            List.of("a", "b"), List.of("a", "b"), List.of("a", "c"), List.of("c", "d"));
    assertThat(offsets(chunks, "a")).containsExactly(0L, 1L, 3L);
  }

  @Test
  void keepsTheLimit() {
    List.of("a", "b", "c", "d", "e").forEach(this::arrive);
    assertThat(keys(cut(2))).containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e"));
  }

  @Test
  void leavesOutEventsThatAreNotForUsAndTombstones() {
    records.add(
        record(Topic.PAYMENT_EVENTS, "b", "io.ordersystem.payment.forwarded.v1", new byte[0]));
    records.add(new ConsumerRecord<>(Topic.STOCK_STATE.topicName(), 0, 99, "c", null));
    assertThat(cut(10)).isEmpty();
    assertThat(ignored).isEqualTo(1);
  }

  /** What must not be passed over, however well it is meant. */
  @ParameterizedTest
  @CsvSource({
    "PAYMENT_COMMANDS, io.ordersystem.payment.void.v1, not json",
    "PAYMENT_COMMANDS, io.ordersystem.payment.void.v1, '{\"reason\": \"X\"}'",
    "PAYMENT_COMMANDS, io.ordersystem.payment.void.v1, '[]'",
    "PAYMENT_COMMANDS, io.ordersystem.payment.void.v1,",
    "PAYMENT_COMMANDS, io.ordersystem.payment.void.v2, '{}'",
    "PAYMENT_COMMANDS, io.ordersystem.payment.dispute.v1, '{}'",
    "PAYMENT_EVENTS, io.ordersystem.payment.authorized.v9, '{}'",
    "ORDER_EVENTS, io.ordersystem.payment.void.v1, '{}'"
  })
  void setsApart(Topic topic, String type, @Nullable String value) {
    records.add(
        record(topic, "b", type, value == null ? null : value.getBytes(StandardCharsets.UTF_8)));
    assertThat(cut(10)).hasSize(1).first().isInstanceOf(Unreadable.class);
    assertThat(ignored).isZero();
  }

  @Test
  void setsAnUnreadableMessageApartAndKeepsTheOrderAroundIt() {
    arrive("a");
    records.add(record("b", EventType.VOID_PAYMENT.ceType(), "not json"));
    arrive("c");
    List<Chunk> chunks = cut(10);
    assertThat(chunks).hasSize(3);
    assertThat(chunks.get(1)).isInstanceOf(Unreadable.class);
    assertThat(keys(List.of(chunks.get(0), chunks.get(2))))
        .containsExactly(List.of("a"), List.of("c"));
  }

  @Test
  void readsAMessageWithMoreFieldsThanWeKnow() {
    records.add(
        record(
            "a",
            EventType.VOID_PAYMENT.ceType(),
            "{\"orderId\":\"%s\",\"reason\":\"X\",\"later\":1}".formatted(UUID.randomUUID())));
    var chunk = (Readable) cut(10).getFirst();
    assertThat(chunk.messages().getFirst().message().as(VoidPayment.class).reason()).isEqualTo("X");
  }

  private List<Chunk> cut(int limit) {
    return cut(limit, message -> false);
  }

  private List<Chunk> cut(int limit, Predicate<Received> prelude) {
    return Chunks.of(records, EventFormats.real(), limit, prelude, () -> ignored++);
  }

  private String id(int place) {
    return new String(
        records.get(place).headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8);
  }

  private void arrive(String key) {
    records.add(
        record(
            key,
            EventType.VOID_PAYMENT.ceType(),
            "{\"orderId\":\"%s\",\"reason\":\"X\"}".formatted(UUID.randomUUID())));
  }

  private ConsumerRecord<String, byte[]> record(String key, String type, String value) {
    return record(Topic.PAYMENT_COMMANDS, key, type, value.getBytes(StandardCharsets.UTF_8));
  }

  private ConsumerRecord<String, byte[]> record(
      Topic topic, String key, String type, byte @Nullable [] value) {
    var record =
        new ConsumerRecord<String, byte[]>(topic.topicName(), 0, records.size(), key, value);
    header(record, "ce_specversion", "1.0");
    header(record, "ce_id", UUID.randomUUID().toString());
    header(record, "ce_type", type);
    header(record, "ce_time", "2026-11-22T10:00:00Z");
    return record;
  }

  private static void header(ConsumerRecord<String, byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static List<List<String>> keys(List<Chunk> chunks) {
    return chunks.stream()
        .map(chunk -> ((Readable) chunk).messages().stream().map(m -> m.message().key()).toList())
        .toList();
  }

  private static List<Long> offsets(List<Chunk> chunks, String key) {
    return chunks.stream()
        .flatMap(chunk -> ((Readable) chunk).messages().stream())
        .filter(arrived -> arrived.message().key().equals(key))
        .map(arrived -> arrived.record().offset())
        .toList();
  }
}
