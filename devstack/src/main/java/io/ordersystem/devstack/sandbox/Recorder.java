package io.ordersystem.devstack.sandbox;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.Optional;
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

  /** Completes with what was recorded, on the recorder's thread, once it cannot be lost. */
  Future<Entry> record(Step step, String requestId, Entry.@Nullable Key key) {
    var entry =
        new Entry(
            clock.millis(),
            requestId,
            key,
            step.intent(),
            step.refund(),
            step.refusal(),
            announcement(step),
            null);
    if (key == null && step.refusal() != null && step.event() == null) {
      return durable().map(entry);
    }
    var event = books.apply(entry);
    return append(entry).map(entry).onSuccess(_ -> announce(event));
  }

  private Entry.@Nullable Announcement announcement(Step step) {
    var type = step.event();
    return type == null ? null : new Entry.Announcement(ids.next("evt"), type, webhooks != null);
  }

  private void announce(Optional<Event> event) {
    var deliverer = webhooks;
    if (deliverer != null) {
      event.ifPresent(deliverer::announce);
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
