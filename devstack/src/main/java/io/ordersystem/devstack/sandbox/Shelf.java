package io.ordersystem.devstack.sandbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Objects by id, in the order in which they were first put. Used from one thread only. */
final class Shelf<T> {
  private final NavigableMap<Long, T> byPosition = new TreeMap<>();
  private final Map<String, Long> positions = new HashMap<>();
  private long next;

  /** Up to a page of objects, newest first, and whether there are more of them. */
  record Slice<T>(List<T> items, boolean hasMore) {}

  void put(String id, T item) {
    var position = positions.computeIfAbsent(id, _ -> next++);
    byPosition.put(position, item);
  }

  Optional<T> find(String id) {
    var position = positions.get(id);
    return position == null ? Optional.empty() : Optional.ofNullable(byPosition.get(position));
  }

  int size() {
    return byPosition.size();
  }

  Collection<T> oldestFirst() {
    return byPosition.values();
  }

  /** Forgets the oldest; {@code id} is its id. */
  void removeOldest(String id) {
    byPosition.pollFirstEntry();
    positions.remove(id);
  }

  T oldest() {
    return byPosition.firstEntry().getValue();
  }

  /**
   * Pages as Stripe does: newest first, after or before the object of a known id.
   *
   * @param after only what is older than this one
   * @param before only what is newer than this one, the nearest of them
   */
  Slice<T> newestFirst(
      Predicate<? super T> wanted, int limit, @Nullable String after, @Nullable String before) {
    if (before != null) {
      var newer = byPosition.tailMap(position(before), false).values();
      var slice = take(newer, wanted, limit);
      return new Slice<>(slice.items().reversed(), slice.hasMore());
    }
    var from = after == null ? byPosition : byPosition.headMap(position(after), false);
    return take(from.descendingMap().values(), wanted, limit);
  }

  private Long position(String id) {
    var position = positions.get(id);
    if (position == null) {
      throw new IllegalArgumentException("unknown id " + id);
    }
    return position;
  }

  private static <T> Slice<T> take(Collection<T> from, Predicate<? super T> wanted, int limit) {
    var items = new ArrayList<T>();
    for (var item : from) {
      if (wanted.test(item)) {
        if (items.size() == limit) {
          return new Slice<>(items, true);
        }
        items.add(item);
      }
    }
    return new Slice<>(items, false);
  }
}
