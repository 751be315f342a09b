package io.ordersystem.contracts.consumer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** A source with its history: what really happened, to compare with what a consumer made of it. */
final class Orders {
  static final String SOURCE = "/order-service";

  private final Map<String, List<ConsumedEvent>> history = new LinkedHashMap<>();

  Orders(int aggregates, int versions) {
    for (int i = 0; i < aggregates; i++) {
      String subject = "order-" + i;
      history.put(
          subject,
          LongStream.rangeClosed(1, versions)
              .mapToObj(version -> event(subject, version))
              .toList());
    }
  }

  static ConsumedEvent event(String subject, long version) {
    return new ConsumedEvent(
        SOURCE,
        subject,
        version,
        subject + "#" + version,
        version == 1 ? "io.ordersystem.order.placed.v1" : "io.ordersystem.order.updated.v1",
        Instant.ofEpochSecond(version),
        "{\"subject\":\"%s\",\"version\":%d}".formatted(subject, version));
  }

  List<ConsumedEvent> all() {
    return history.values().stream().flatMap(List::stream).toList();
  }

  Map<String, List<String>> projection() {
    var projection = new Projection();
    all().forEach(projection::handle);
    return projection.seen;
  }

  List<ConsumedEvent> after(String subject, long version, int limit) {
    return history.getOrDefault(subject, List.of()).stream()
        .filter(event -> event.version() > version)
        .limit(limit)
        .toList();
  }

  /** What a consumer has seen of each subject, as it came. */
  static final class Projection implements EventHandler {
    final Map<String, List<String>> seen = new LinkedHashMap<>();

    @Override
    public void handle(ConsumedEvent event) {
      seen.computeIfAbsent(event.subject(), any -> new ArrayList<>()).add(event.data());
    }
  }
}
