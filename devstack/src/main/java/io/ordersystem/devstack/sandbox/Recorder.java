package io.ordersystem.devstack.sandbox;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a step count: in memory at once, on disk before anybody hears of it, then by webhook. Used
 * from one thread only, which makes it the single writer.
 *
 * <p>A journal that fails leaves memory ahead of the disk, so it ends the process.
 */
final class Recorder {
  private final Books books;
  private final Journal journal;
  private final Context context;
  private final Clock clock;
  private final Ids ids;
  private final Consumer<Throwable> fatal;
  private @Nullable Webhooks webhooks;
  private @Nullable RefundTimers refunds;
  private CompletableFuture<Void> latest = CompletableFuture.completedFuture(null);

  /** The thread and the time of the recorder, and who makes its ids. */
  record Surroundings(Context context, Clock clock, Ids ids) {}

  Recorder(Books books, Journal journal, Surroundings around, Consumer<Throwable> fatal) {
    this.books = books;
    this.journal = journal;
    this.context = around.context();
    this.clock = around.clock();
    this.ids = around.ids();
    this.fatal = fatal;
  }

  void announceBy(Webhooks deliverer) {
    webhooks = deliverer;
    books.pending().forEach(deliverer::announce);
  }

  /** Refunds that are not over are ended by {@code timers}, also those of an earlier process. */
  void endBy(RefundTimers timers) {
    refunds = timers;
    books.refunds().oldestFirst().forEach(timers::expect);
  }

  /** Completes with what was recorded, on the recorder's thread, once it cannot be lost. */
  Future<Entry> record(Step step, @Nullable String requestId, Entry.@Nullable Key key) {
    var entry = Entry.of(step, clock.millis(), requestId, key, announcements(step));
    if (key == null && step.refusal() != null && step.events().isEmpty()) {
      return durable().map(entry);
    }
    var events = books.apply(entry);
    return append(entry).map(entry).onSuccess(_ -> follow(entry, events));
  }

  private List<Entry.Announcement> announcements(Step step) {
    return step.events().stream()
        .map(type -> new Entry.Announcement(ids.next("evt"), type, webhooks != null))
        .toList();
  }

  private void follow(Entry entry, List<Event> events) {
    var deliverer = webhooks;
    if (deliverer != null) {
      events.forEach(deliverer::announce);
    }
    var timers = refunds;
    var refund = entry.refund();
    if (timers != null && refund != null) {
      timers.expect(refund);
    }
  }

  /** An event's delivery has ended. Not waited for: if it is lost, the event is sent again. */
  void settled(Event event) {
    var entry = Entry.settled(clock.millis(), event.id());
    books.settle(event.id());
    append(entry);
  }

  /** Completes when everything seen so far is on disk, so that no answer tells of less. */
  Future<Void> durable() {
    return Future.fromCompletionStage(latest, context);
  }

  private Future<Void> append(Entry entry) {
    latest = journal.append(entry);
    return durable().onFailure(fatal::accept);
  }
}
