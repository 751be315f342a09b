package io.ordersystem.platform.reads;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tries every order of events. A world offers what may happen next; each choice is followed from
 * the beginning, because a world cannot be copied. Two ways to the same state are followed once.
 */
final class Explorer {
  /** A world that one thing happens to after the other. */
  interface World {
    /** What may happen now; always the same after the same events. */
    List<Event> next();

    /** Everything that the future depends on. */
    String state();

    /** What is wrong; null for nothing. */
    @Nullable String violation();
  }

  /** Something that may happen. */
  record Event(String name, Runnable run) {}

  /**
   * What was found.
   *
   * @param states different ones
   * @param ends ways that came to their end, of those that were followed
   * @param violation the first, with the events that led to it; null when there is none
   */
  record Result(int states, int ends, @Nullable String violation) {}

  private final Supplier<? extends World> worlds;
  private final Set<String> seen = new HashSet<>();
  private int ends;

  private Explorer(Supplier<? extends World> worlds) {
    this.worlds = worlds;
  }

  static Result explore(Supplier<? extends World> worlds) {
    var explorer = new Explorer(worlds);
    Deque<List<Integer>> later = new ArrayDeque<>(List.of(List.of()));
    String violation = null;
    while (violation == null && !later.isEmpty()) {
      violation = explorer.follow(later.pop(), later);
    }
    return new Result(explorer.seen.size(), explorer.ends, violation);
  }

  /** Goes these ways first, then always the first way that is new; the others are for later. */
  private @Nullable String follow(List<Integer> choices, Deque<List<Integer>> later) {
    World world = worlds.get();
    var way = new ArrayList<String>();
    choices.forEach(choice -> take(world, choice, way));
    var taken = new ArrayList<>(choices);
    while (world.violation() == null && seen.add(world.state())) {
      int next = world.next().size();
      if (next == 0) {
        ends++;
        return null;
      }
      for (int i = 1; i < next; i++) {
        var other = new ArrayList<>(taken);
        other.add(i);
        later.push(other);
      }
      take(world, 0, way);
      taken.add(0);
    }
    return world.violation() == null ? null : world.violation() + ", after " + way;
  }

  private static void take(World world, int choice, List<String> way) {
    Event event = world.next().get(choice);
    way.add(event.name());
    event.run().run();
  }
}
