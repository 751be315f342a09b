package io.ordersystem.contracts.consumer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Turns what a topic delivers (at least once, after a fault out of order or with holes) into what
 * happened: every version of a subject reaches the handler once and in order.
 *
 * <p>On {@code *.events.v1} topics versions are contiguous from 1 per (source, subject):
 *
 * <ul>
 *   <li>a version that was already done is a duplicate and is dropped;
 *   <li>the next version is delivered;
 *   <li>a later one shows a gap: the event is held back, the {@link Healer} is asked for what is
 *       missing, and all is delivered in order up to the highest version that the topic has shown.
 *       An event that arrived itself is preferred to its copy from the history;
 *   <li>what cannot be healed now is tried again, by {@link #retry} and by later events of the
 *       subject. When a gap is older than the patience, or more events wait than may, a {@link
 *       GapException} names what is missing. Nothing is ever skipped.
 * </ul>
 *
 * <p>The first event of a subject with a version above 1 is a gap from 0, unless {@link
 * Builder#fromNowOn} says that history before it is not wanted. What is lost behind the last event
 * that arrived cannot be seen here: only the next event of the subject shows it, or {@link
 * #catchUp} for a subject of which more is expected.
 *
 * <p>On {@code *.state.v1} topics versions ascend with holes, since only the newest state matters:
 * {@link Builder#newestWins} delivers what is newer than the last and drops the rest. In both modes
 * an event without a version (0) is delivered each time it comes; its reader must bear duplicates.
 *
 * <p>For one thread, except {@link #counters}. An exception of the handler or of the positions
 * passes through and leaves the event undone: offer it again, or, if it was already held back, call
 * {@code retry}.
 */
public final class EventSequencer {
  private final EventHandler handler;
  private final Positions positions;
  private final Healer healer;
  private final InstantSource clock;
  private final boolean fromNowOn;
  private final boolean newestWins;
  private final int maxHeld;
  private final Duration patience;
  private final Duration retryPause;

  private final Map<Stream, Gap> gaps = new LinkedHashMap<>();
  private Instant healerAwayUntil = Instant.MIN;

  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong duplicates = new AtomicLong();
  private final AtomicLong unversioned = new AtomicLong();
  private final AtomicLong gapsSeen = new AtomicLong();
  private final AtomicLong healed = new AtomicLong();
  private final AtomicLong healerFailures = new AtomicLong();
  private final AtomicLong held = new AtomicLong();

  private EventSequencer(Builder builder) {
    handler = builder.handler;
    positions = builder.positions;
    healer = builder.healer;
    clock = builder.clock;
    fromNowOn = builder.fromNowOn;
    newestWins = builder.newestWins;
    maxHeld = builder.maxHeld;
    patience = builder.patience;
    retryPause = builder.retryPause;
  }

  /** A sequencer in front of this handler; every setting has a default. */
  public static Builder deliveringTo(EventHandler handler) {
    return new Builder(handler);
  }

  /** What became of an event that was offered. */
  public enum Outcome {
    /** The handler has done it, and with it whatever it had kept waiting. */
    DELIVERED,
    /** It was done before, or already waits. */
    DUPLICATE,
    /** It waits for what is missing before it: see {@link #holds}. */
    HELD
  }

  /**
   * What has happened since the start.
   *
   * @param delivered events that the handler has done, those from the healer included
   * @param duplicates events dropped: done before, waiting already, or older than the newest state
   * @param unversioned events delivered without a version, part of {@code delivered}
   * @param gaps times that a subject was found to miss versions; disorder begins as a gap
   * @param healed events that came from the healer, part of {@code delivered}
   * @param healerFailures times that the healer could not be asked
   * @param held events that wait at this moment
   */
  public record Counters(
      long delivered,
      long duplicates,
      long unversioned,
      long gaps,
      long healed,
      long healerFailures,
      long held) {}

  /**
   * Takes one event. It may call the handler not at all or many times, and the healer.
   *
   * @throws GapException when the event would have to wait and there is no room (it is then not
   *     held and must be offered again), or its gap is older than the patience
   */
  public Outcome offer(ConsumedEvent event) {
    if (event.version() == 0) {
      handler.handle(event);
      delivered.incrementAndGet();
      unversioned.incrementAndGet();
      return Outcome.DELIVERED;
    }
    Stream stream = Stream.of(event);
    OptionalLong known = positions.last(stream.source(), stream.subject());
    long last = known.orElse(0);
    if (event.version() <= last) {
      duplicates.incrementAndGet();
      return Outcome.DUPLICATE;
    }
    boolean startsHere = known.isEmpty() && fromNowOn;
    if (newestWins || startsHere || event.version() == last + 1) {
      deliver(event);
      Gap gap = gaps.get(stream);
      if (gap != null) {
        close(gap, event.version());
      }
      return Outcome.DELIVERED;
    }
    return hold(stream, event);
  }

  /**
   * Tries again to close the gaps that are due. To be called now and then also when no event
   * arrives, or an open gap would neither heal nor be reported.
   *
   * @throws GapException when a gap is older than the patience
   */
  public void retry() {
    for (Gap gap : List.copyOf(gaps.values())) {
      tryToHeal(gap);
    }
  }

  /**
   * Delivers what the source has of a subject behind the last version done, whether the topic has
   * shown it or not. For a reader that expects more of a subject than has come (an order that is
   * still open after an hour), or that knows from elsewhere that the subject exists: all events of
   * a subject that was never seen are delivered, also with {@link Builder#fromNowOn}. When the
   * topic brings the same events later, they are duplicates.
   *
   * @return how many events were delivered; 0 when the healer has nothing more
   * @throws IOException when the source cannot be asked for the moment; what it gave before that is
   *     done
   */
  public long catchUp(String source, String subject) throws IOException {
    Stream stream = new Stream(source, subject);
    long before = delivered.get();
    long last = last(stream);
    for (long asked = -1; asked < last; ) {
      asked = last;
      for (ConsumedEvent copy : healer.after(source, subject, last)) {
        if (isNext(copy, stream, last)) {
          deliver(copy);
          healed.incrementAndGet();
          Gap gap = gaps.get(stream);
          last = gap == null ? copy.version() : close(gap, copy.version());
        }
      }
    }
    return delivered.get() - before;
  }

  /** Whether this event was offered and still waits; its offset must not be committed then. */
  public boolean holds(ConsumedEvent event) {
    Gap gap = gaps.get(Stream.of(event));
    return gap != null && gap.held.containsKey(event.version());
  }

  /** No longer waits with this event: whoever reads its partition now will be given it again. */
  public void forget(ConsumedEvent event) {
    Gap gap = gaps.get(Stream.of(event));
    if (gap != null && gap.held.remove(event.version()) != null) {
      held.decrementAndGet();
      dropIfClosed(gap);
    }
  }

  /** May be called from any thread; the numbers are each exact, not taken at one instant. */
  public Counters counters() {
    return new Counters(
        delivered.get(),
        duplicates.get(),
        unversioned.get(),
        gapsSeen.get(),
        healed.get(),
        healerFailures.get(),
        held.get());
  }

  boolean takesState() {
    return newestWins;
  }

  private Outcome hold(Stream stream, ConsumedEvent event) {
    Gap gap = gaps.get(stream);
    if (gap == null) {
      gap = new Gap(stream, clock.instant());
      gaps.put(stream, gap);
      gapsSeen.incrementAndGet();
    }
    if (gap.held.putIfAbsent(event.version(), event) != null) {
      duplicates.incrementAndGet();
      return Outcome.DUPLICATE;
    }
    held.incrementAndGet();
    tryToHeal(gap);
    if (!holds(event)) {
      return Outcome.DELIVERED;
    }
    if (held.get() > maxHeld) {
      GapException full =
          gap.exception(last(stream), "no more than " + maxHeld + " events may wait");
      forget(event);
      throw full;
    }
    return Outcome.HELD;
  }

  private void tryToHeal(Gap gap) {
    Instant now = clock.instant();
    long last = close(gap, last(gap.stream));
    if (!now.isBefore(gap.nextAttempt) && !now.isBefore(healerAwayUntil)) {
      last = heal(gap, last);
    }
    if (!gap.held.isEmpty() && !now.isBefore(gap.since.plus(patience))) {
      throw gap.exception(last, "the source did not give it within " + patience);
    }
  }

  /** Asks until the gap is closed or the healer has nothing; returns the last version done. */
  private long heal(Gap gap, long last) {
    while (!gap.held.isEmpty()) {
      List<ConsumedEvent> page;
      try {
        page = healer.after(gap.stream.source(), gap.stream.subject(), last);
      } catch (IOException e) {
        // One that is away is away for every subject: not to wait for its time-out at each.
        healerFailures.incrementAndGet();
        healerAwayUntil = clock.instant().plus(retryPause);
        gap.failure = e;
        return last;
      }
      gap.failure = null;
      long before = last;
      for (ConsumedEvent copy : page) {
        if (isNext(copy, gap.stream, last) && !gap.held.isEmpty()) {
          deliver(copy);
          healed.incrementAndGet();
          last = close(gap, copy.version());
        }
      }
      if (last == before) {
        gap.nextAttempt = clock.instant().plus(retryPause);
        return last;
      }
    }
    return last;
  }

  private static boolean isNext(ConsumedEvent copy, Stream stream, long last) {
    if (!Stream.of(copy).equals(stream)) {
      throw new IllegalStateException(
          "asked for " + stream + ", the healer gave " + Stream.of(copy));
    }
    return copy.version() == last + 1;
  }

  /** Delivers what waited for {@code last}, and returns the last version done after that. */
  private long close(Gap gap, long last) {
    while (!gap.held.isEmpty() && gap.held.firstKey() <= last + 1) {
      ConsumedEvent next = gap.held.firstEntry().getValue();
      if (next.version() == last + 1) {
        deliver(next);
        last = next.version();
      } else {
        duplicates.incrementAndGet();
      }
      // Only now: an event whose handler failed goes on waiting.
      gap.held.pollFirstEntry();
      held.decrementAndGet();
    }
    dropIfClosed(gap);
    return last;
  }

  private void dropIfClosed(Gap gap) {
    if (gap.held.isEmpty()) {
      gaps.remove(gap.stream);
    }
  }

  private void deliver(ConsumedEvent event) {
    handler.handle(event);
    positions.reached(event.source(), event.subject(), event.version());
    delivered.incrementAndGet();
  }

  private long last(Stream stream) {
    return positions.last(stream.source(), stream.subject()).orElse(0);
  }

  /** The settings of a sequencer. */
  public static final class Builder {
    private final EventHandler handler;
    private Positions positions = Positions.inMemory();
    private Healer healer = Healer.none();
    private InstantSource clock = InstantSource.system();
    private boolean fromNowOn;
    private boolean newestWins;
    private int maxHeld = 10_000;
    private Duration patience = Duration.ofMinutes(5);
    private Duration retryPause = Duration.ofSeconds(1);

    private Builder(EventHandler handler) {
      this.handler = handler;
    }

    /** Where the last versions are kept; {@link Positions#inMemory} unless told. */
    public Builder positions(Positions positions) {
      this.positions = positions;
      return this;
    }

    /** Who gives missing versions; {@link Healer#none} unless told. */
    public Builder healer(Healer healer) {
      this.healer = healer;
      return this;
    }

    /**
     * The first event of a subject is its beginning, whatever its version: nothing before it is
     * asked for, and if an earlier one comes after it, that is dropped as a duplicate.
     */
    public Builder fromNowOn() {
      this.fromNowOn = true;
      return this;
    }

    /** For {@code *.state.v1} topics: what is newer than the last is delivered, gaps are normal. */
    public Builder newestWins() {
      this.newestWins = true;
      return this;
    }

    /**
     * How many events of all subjects together may wait for a gap to close; 10 000 unless told.
     *
     * @throws IllegalArgumentException when negative
     */
    public Builder maxHeld(int events) {
      if (events < 0) {
        throw new IllegalArgumentException("maxHeld " + events);
      }
      this.maxHeld = events;
      return this;
    }

    /** How long a gap may stay open before it is an error; 5 minutes unless told. */
    public Builder patience(Duration patience) {
      this.patience = patience;
      return this;
    }

    /** How long to wait before the healer is asked again for the same gap; 1 s unless told. */
    public Builder retryPause(Duration pause) {
      this.retryPause = pause;
      return this;
    }

    /** What time it is; the system's clock unless told. */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    public EventSequencer build() {
      return new EventSequencer(this);
    }
  }
}
