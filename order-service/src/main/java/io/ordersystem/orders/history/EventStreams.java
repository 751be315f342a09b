package io.ordersystem.orders.history;

import io.ordersystem.orders.history.Timeline.Event;
import io.ordersystem.orders.order.Month;
import io.ordersystem.orders.order.OrderConfig;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.ProblemType;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Streams of an order's events as they happen, wherever in the cluster. One table per instance, and
 * one query for all its streams every 200 ms while there are any; a stream reads on only when its
 * order has a newer version. A reader that is too slow for its buffer loses its stream, not events:
 * it resumes by the last id it saw.
 */
@Singleton
class EventStreams {
  private static final long BEAT_MILLIS = 200;
  private static final int PAGE = 100;
  private static final int BUFFER = 2 * PAGE;
  private static final String VERSIONS = "SELECT id, version FROM orders WHERE id = ANY ($1)";

  private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean polling = new AtomicBoolean();
  private final Pool pool;
  private final Vertx vertx;
  private final Timeline timeline;
  private final OrderConfig config;
  private long beat;

  EventStreams(Pool pool, Vertx vertx, Timeline timeline, OrderConfig config) {
    this.pool = pool;
    this.vertx = vertx;
    this.timeline = timeline;
    this.config = config;
  }

  /** One reader, and how far it has read. */
  private static final class Stream {
    private final UUID orderId;
    private final MultiEmitter<? super Event> emitter;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile long last;

    private Stream(UUID orderId, long last, MultiEmitter<? super Event> emitter) {
      this.orderId = orderId;
      this.last = last;
      this.emitter = emitter;
    }
  }

  /**
   * Refuses one more stream than this instance may hold.
   *
   * @throws DomainException {@code service-unavailable}
   */
  void requireRoom() {
    if (streams.size() >= config.maxStreams()) {
      throw new DomainException(ProblemType.UNAVAILABLE, "too many streams are open");
    }
  }

  /**
   * The events after a version: those there are, and then those that come, until the reader goes.
   */
  Multi<Event> after(UUID orderId, long version) {
    return Multi.createFrom()
        .emitter(
            emitter -> {
              var stream = new Stream(orderId, version, emitter);
              emitter.onTermination(() -> streams.remove(stream));
              streams.add(stream);
              readOn(stream);
            },
            BUFFER);
  }

  void start(@Observes StartupEvent started) {
    beat = vertx.setPeriodic(BEAT_MILLIS, id -> poll());
  }

  void stop(@Observes ShutdownEvent stopped) {
    vertx.cancelTimer(beat);
    streams.forEach(stream -> stream.emitter.complete());
  }

  private void poll() {
    if (streams.isEmpty() || !polling.compareAndSet(false, true)) {
      return;
    }
    UUID[] orders = streams.stream().map(s -> s.orderId).distinct().toArray(UUID[]::new);
    pool.preparedQuery(VERSIONS)
        .execute(Tuple.of(orders))
        .onComplete(result -> polling.set(false))
        .onSuccess(this::readOnWhereNewer)
        // The next beat asks again.
        .onFailure(failure -> Log.debugf("Streams wait for the database: %s", failure));
  }

  private void readOnWhereNewer(RowSet<Row> rows) {
    var versions = new HashMap<UUID, Long>();
    rows.forEach(row -> versions.put(row.getUUID("id"), row.getLong("version")));
    for (Stream stream : streams) {
      if (versions.getOrDefault(stream.orderId, 0L) > stream.last) {
        readOn(stream);
      }
    }
  }

  private void readOn(Stream stream) {
    if (stream.reading.compareAndSet(false, true)) {
      page(stream)
          .onComplete(result -> stream.reading.set(false))
          .onFailure(failure -> Log.debugf("A stream waits for the database: %s", failure));
    }
  }

  private Future<Void> page(Stream stream) {
    return pool.preparedQuery(Month.of(stream.orderId).in(Timeline.AFTER))
        .execute(Tuple.of(stream.orderId, stream.last, PAGE))
        .compose(rows -> {
          for (Row row : rows) {
            Event event = timeline.event(row);
            stream.emitter.emit(event);
            stream.last = event.version();
          }
          return rows.size() < PAGE || stream.emitter.isCancelled()
              ? Future.succeededFuture()
              : page(stream);
        });
  }
}
