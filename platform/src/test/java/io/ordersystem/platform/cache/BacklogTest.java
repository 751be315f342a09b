package io.ordersystem.platform.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.platform.cache.Backlog.Batch;
import io.ordersystem.platform.cache.Backlog.Waiting;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private static final Instant UNTIL = Instant.EPOCH;

  private final Backlog backlog = new Backlog();
  private final List<String> done = new ArrayList<>();

  @Test
  void aFenceWaitsUntilItIsWrittenAndNotLongerThanThat() {
    fence(1, "a");
    Batch first = backlog.take();
    assertThat(first.fences()).containsOnlyKeys("a");
    assertThat(backlog.take().fences()).as("it may not have arrived").isEqualTo(first.fences());
    fence(2, "a");
    backlog.written(first);
    assertThat(backlog.take().fences()).containsExactly(Map.entry("a", Version.of(2)));
    fence(1, "a");
    backlog.written(backlog.take());
    assertThat(backlog.isEmpty()).isTrue();
  }

  @Test
  void aFenceThatIsSetAgainIsTheYoungest() {
    fence(1, "a");
    fence(1, "b");
    fence(2, "a");
    assertThat(backlog.take().fences().keySet()).containsExactly("b", "a");
    var others = IntStream.range(0, Backlog.FENCES - 1).mapToObj(i -> "k" + i).toList();
    assertThat(backlog.fence(others, Version.of(1), new ArrayList<>())).isEqualTo(1);
    assertThat(backlog.take().fences()).containsKey("a").doesNotContainKey("b");
  }

  @Test
  void aValueThatGivesWayToAFenceWaitsNoLonger() {
    put("a", 1, "old");
    put("b", 3, "new");
    var overtaken = new ArrayList<Runnable>();
    assertThat(backlog.fence(List.of("a", "b"), Version.of(2), overtaken)).isZero();
    overtaken.forEach(Runnable::run);
    assertThat(done).containsExactly("old");
    assertThat(backlog.take().values()).containsOnlyKeys("b");
  }

  @Test
  void ofTwoValuesTheNewerWaitsAndBothAreDone() {
    put("a", 2, "two");
    put("a", 1, "one");
    put("a", 3, "three");
    Batch batch = backlog.take();
    assertThat(batch.values().values())
        .singleElement()
        .extracting(Waiting::value)
        .hasToString("three");
    batch.done().forEach(Runnable::run);
    assertThat(done).containsExactly("two", "one", "three");
  }

  @Test
  void valuesAreBoundedByNumberAndByBytes() {
    for (int i = 0; i < Backlog.VALUES; i++) {
      assertThat(put("k" + i, 1, "")).isTrue();
    }
    assertThat(put("more", 1, "")).isFalse();
    assertThat(put("k0", 2, "")).as("in the place of another").isTrue();
    backlog.dropValues();
    String half = "x".repeat(Backlog.BYTES / 2);
    assertThat(put("a", 1, half)).isTrue();
    assertThat(put("b", 1, half)).isTrue();
    assertThat(put("c", 1, "x")).isFalse();
    backlog.dropValues();
    assertThat(put("c", 1, half + half)).as("all room is free again").isTrue();
    backlog.take();
    assertThat(put("d", 1, half + half)).as("what is taken waits no more").isTrue();
    fence(2, "d");
    assertThat(put("e", 1, half + half)).as("nor what is overtaken").isTrue();
  }

  @Test
  void oneScriptIsNeitherLongNorBig() {
    var keys = IntStream.range(0, Backlog.KEYS_AT_ONCE - 1).mapToObj(i -> "f" + i).toList();
    backlog.fence(keys, Version.of(1), new ArrayList<>());
    put("a", 1, "x".repeat(Backlog.BYTES_AT_ONCE));
    put("b", 1, "x");
    Batch first = backlog.take();
    assertThat(first.fences()).hasSize(keys.size());
    assertThat(first.values()).containsOnlyKeys("a");
    backlog.written(first);
    put("c", 1, "x".repeat(Backlog.BYTES_AT_ONCE));
    assertThat(backlog.take().values()).containsOnlyKeys("b");
    assertThat(backlog.take().values()).containsOnlyKeys("c");
    assertThat(backlog.take().isEmpty()).isTrue();
  }

  private void fence(long version, String key) {
    assertThat(backlog.fence(List.of(key), Version.of(version), new ArrayList<>())).isZero();
  }

  private boolean put(String key, long version, String value) {
    return backlog.put(
        key, Version.of(version), Buffer.buffer(value), UNTIL, () -> done.add(value));
  }
}
